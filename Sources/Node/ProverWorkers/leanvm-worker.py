"""A worker of Swiftlet over py-lean-pq: one request from standard input, one answer, and so on."""
import os
import struct
import sys
from base64 import b85decode

VERSION = 1
LIMIT = 48 << 20
PROOF, KEY, SIGNATURE, SEED = 524_288, 128, 8_192, 64
VALIDATORS, PROOFS = 4_096, 16
TREE_HEIGHT = 16

# A key of a known seed and its signature over the bytes 0 to 31 with leaf 0.
TEST_KEY = "8969a0712976ca450671ffcdbfa4a8ecad4d0c109cdd870a40448708337c9152"
TEST_SIGNATURE = (
    "00000VD4DYwXi(8VL*9Mv6mgtFpPZI7DlU#DSrC8BNRheDbYek{`JiSymCF2+Gw)vLaSYQq~bzzI@Yf%CVFMMNPk*Wh1"
    "1tS+zsytd%#$|i=(((BmV^Me<g<L31YqfxgRmWh{Yii=Xo@YtC~A+yHc+~q-`f*y+ne`XWF+n2sZ({K2t8^cdY~B&E6g"
    "NXvLx@&#ZAbxHjySz9tlcql%&}@*N{SaX7g=o?EX2!-GicFn55ACY4lBq}axxD)&_bR1bL7js@M-e<2m{rxj0@8ji(?C"
    "$}R<umQ!;M^Ps|8j=|p?R%e1(yZ80rb4j$74C;1CGd_oRyIwAY&g4(_Ypo!D^phxP0fH*F5!$e+-DARLMd9DxW2qG*Vz"
    "J{&t$n@b&nALn`4LZ`S*%^2EX~3`QvIH(vNVn^kf;5z_WVhOl7SQG-E>yVpZhC6gz{W^4{Mg2o(7(q~;=!@@!i!{V6LQ"
    "k)%Ub2tNl}RRr?t{XwUM8c-t>+<si(BSF@*{<rK>;w<t{*32{k%iKI8Pm6VMB6NcjT`tw)n0}@%%~Rq741s(aZ#vYkAb"
    "*;|YC1D5D|?4|M04nqvg}YXL*L7u^6(a}qaGE?Xo`$Y<*K1Dp9Sk6gk0g$)t(p)9ye<}?QDQG9w@>#N|(WmflV;A!RGv"
    "F9MoZ2%4Be339KzgnxLX1bOf!Q1&XUeSj1w*c&y=jjTD?Mo{~w_Cg%<JO$qANDG={;XsUsDQM5!UeZ|Ov;#Vipk5u4kK"
    "5@LF@9)D84Mth57(`f8a+gjV4~w-#`o?ercS78($bDXRz62fN=3}KUnY-5)0IZ6I{c$#;qd2qeY8lmrnuD0JuH^Rha0{"
    "@%=LMvB$pw{gwX}A8nCuN)$L@8<mFy6gzxRN7!?_Rq^H!GI=Z4!-p`tBh$CZN^K!d$rkp{?$k>zfYN^5Mpv6(tVaK8l4"
    "OdC3P4S?dc4)f);X2_M0q8g1X4?&*4$3da(0%2SG$T}*;ANzj8e98vDm@fgJ`mZPGDU;LCYfL%q3R@R?4HHFcJli0Z<u"
    "$p^%ie;~PG&JuvieT1jGTiRY_p6jWNSz_mhm?tuNP-NHmA9e5u1zC+7SCCHUrc1qW9zyiP_}7PeH+FR4FQ}BXFTy@yxP"
    "O9f5Lm6W}LiFIoYlR@E?Y_Dgt;+<p!|&{T8|yL1T}`LUzDCPOZ}WFYsk1A(*AlvU|gOn$HSzgdzPy^&^s%cnj@?IUs~x"
    "-Wc8mjv2zFT|}UEZT`Q4p?&hN#ax<&h9QzE&R}^hnjkAy{*8VkG;;g2x8-Yq@F4GqtM7#M)AnC2e96vzFw)AWP@2`p7E"
    "e=npyAercxQEgkhl&2prekZHlb2tPEZh0ky=Y8*zB{oR=)xY6N%~9w3ImLSP*<@=ieHi{g5WPB5`*#Vsz1w7vZ&IuTAi"
    "H}$v&uO>fYyaw}3X`_53r@NwkY>Iw)+zg-9rBTWpEi(C3smBKSW+1&l$*9v(g$PMp#`kS6cf-H%{FaI+5frbZh7zo?*S"
    "`^?hAm2qkvlDgMr=fhq)?8SUFlDelHPpgc|Vb-W9y9T?-JKlzW>;Zj8BNrq0=5vA<p@D8ys=5haP)(JT*;~3yMR=QRNK"
    "+&vp7iFDyb83@^ae$THk{mKK}pBukP9YNQzio$#^;)7$a+*-=WA_1*&axs)qYSBsETAa3r`LJq$NR|GkZBEJbEW{KBNb"
    "eJt#&J$sT4y9es6xK5DnKmn!TscQ1|CwV1t4559n;gc(U}Go7uJLK!+8wHf9Dy%AY+~`*X9)15tLC$6^WK&$7DXKw3ti"
    ")a7N(D(>QoG$hlKv3u)@Xbh7s)I`LPeI8*SjN9|QzaA!04ib~hr7`uW@rcEv%cI^Pi-n2Vh5!^3fzrWF~w@jp<bITMnx"
    "VamHtW**@XN;+C}L6Oq_Rei7G-`oZV$|;HZIpgEm6)-=gV3h?oRuDY=?$#Sj(YxC&zj|ILbJQ_!r<B#aFcOmaN0(fg_W"
    "*2PiULl2cWy>TtfV%^V^b$z4ZVKsU5&Wg#N-<-r7x@#WbF1o5!J8SsD~V@shF>~Hr5=BT2nl=%l5OjnpObpl7(v!uboN"
    "=QgNk1=)9r~-~}*P*F&MJ#!9hLZAur;&QvU&T^_`IAf6qN={LuFTvku#L#DgRlPQ{-O)YWmAv_yyA2-23S2SwgNOj@qw"
    "U3?^*Yk^&Mc%%juB97eiZXCvfDJ%eQ)%ge%%5aI>jVHg4c}b=w@4MGk-@^>wiRVb`SHSQ0$e!YyZC96ec}WS(fPdRSC="
    "+R@RZe)VV(1TAAr@7!N#gjS5QT8xCN!F(oe6x7kW{gh9KD0nNJn}8af;Covi)Twjx*1tMAu3vNXL^Khm1~eQSb7wPpBy"
    "6-ZyvS7e#{4%4qg@kzF=^&j55A4N5mvFyh;p}Ps=0pT)4|Io#tYXkCavoLD0x2)D$EG1Mc9^=FR&a`QS^*$ADu<oHD4Z"
    "P7^8uk(1iw&V_NAjuP4j=<sT^p2eWVR9Ky`hP!*<+nD(7&78L!~vyLZ4`JJE5%HrQ&^DyG5%%D#1d@RA)Nm%akZ5%_T$"
    "atlkzv7rW**J4z59hZ&!Cn*v{2Ps(m9i^&3FelUHVU?Dp5<?eEgrhL;$cO~4Ot6vK_>HM_{y_+jD-}28u3s!;=C*Z$7a"
    "<j3y81`GQQ63mY7%9v}v6KI}RM4|q{B3N*9Cq9pqfzsh!D5u%+m`PrDb9H%tXVQ345*LKd`vJCT(q_l!J0L?*8*8gLw`"
    "4M8S_k{SN*)ASmru1C5)+gaUjG12Xn?n>owY2A0xVx<81I?64~mV4cOw5H)&}l_))G$WgI0#C!J3uFju4h;0qFq1Wszv"
    "irFY_hm8048NZ#r|A%%oyd!uqg9BR9R>6`5=4AogoaH@GfaH_}S90=x*uIx%-!3`?sIwdny)qJ8O4{Z0lXk{LK<3K{!l"
    "NccNZzg%mYHvNDF{_lXBHJ|Lwh1o+bp!8E^Ky?y@l)oOK4cmvXp~k`DLR10nT}S{4k0c+cL-H^Uhjqu#)9gm~D55A$qA"
    "rw=^%%ek2Z-048*M@}-j?ytS{*W}!Rzp{!!tx;T!1Z=f`IotOE9S4y&!%I{@B"
)


class Malformed(Exception):
    """A request that is none: the worker ends, since the stream cannot be trusted further."""


class Refused(Exception):
    """What was given is not valid."""


class Unsupported(Exception):
    """A request that this prover cannot serve."""


class Reader:
    def __init__(self, data):
        self.data, self.place = data, 0

    def fixed(self, count):
        if count > len(self.data) - self.place:
            raise Malformed("truncated")
        self.place += count
        return self.data[self.place - count : self.place]

    def u8(self):
        return self.fixed(1)[0]

    def u32(self):
        return struct.unpack("<I", self.fixed(4))[0]

    def bytes(self, limit):
        count = self.u32()
        if count > limit:
            raise Malformed(f"{count} bytes, the limit is {limit}")
        return self.fixed(count)

    def list(self, limit, element):
        count = self.u32()
        if count > limit:
            raise Malformed(f"{count} elements, the limit is {limit}")
        return [element() for _ in range(count)]

    def keys(self):
        return self.list(VALIDATORS, lambda: self.bytes(KEY))

    def proof(self):
        return self.bytes(PROOF), self.keys()

    def signature(self):
        key, message = self.bytes(KEY), self.fixed(32)
        self.u32()  # The leaf: a claim of this prover has no slot.
        return key, message, self.bytes(SIGNATURE)

    def binding(self):
        message = self.fixed(32)
        self.u32()
        return message, self.keys()

    def end(self):
        if self.place != len(self.data):
            raise Malformed("trailing bytes")


def counted(data):
    return struct.pack("<I", len(data)) + data


def text(words):
    """Text of at most 1,024 bytes, which is what a node takes; no character is cut."""
    return counted(words.encode(errors="replace")[:1024].decode(errors="ignore").encode())


class Worker:
    def __init__(self):
        import py_lean_pq

        self.prover = py_lean_pq
        self.keys = {}
        self.public_keys = {}

    def hello(self, request):
        request.end()
        texts = [
            f"leanVM (py-lean-pq {self.prover.__version__})",
            f"py-lean-pq {self.prover.__version__}",
            "leanxmss",
        ]
        answer = b"".join(map(text, texts))
        # Key and signature sizes; cannot split; folds the proposer in; any data of a slot.
        answer += struct.pack("<IIBBB", 32, 2404, 0, 1, 0)
        return 129, answer + text(self.self_test())

    def self_test(self):
        """Checks a signature that this generation must find valid, and one that it must not."""
        key, message = bytes.fromhex(TEST_KEY), bytes(range(32))
        signature = b85decode(TEST_SIGNATURE)
        try:
            self.prover.xmss_verify(key, message, signature)
        except self.prover.LeanPqError as error:
            return f"a valid signature is refused: {error}"
        try:
            self.prover.xmss_verify(key, message[::-1], signature)
        except self.prover.LeanPqError:
            return ""
        return "a signature of another message is accepted"

    def prepare(self, request):
        request.end()
        self.prover.setup()
        return 130, b""

    def aggregate(self, request):
        message = request.fixed(32)
        request.u32()
        children = request.list(PROOFS, request.proof)
        signatures = request.list(VALIDATORS, request.signature)
        request.end()
        if any(signed != message for _, signed, _ in signatures):
            raise Refused("a signature of another message")
        parts = [self.opened(child, message) for child in children]
        return 131, counted(self.proven(parts, signatures))

    def merge(self, request):
        components = request.list(PROOFS, request.proof)
        proposer = request.list(1, request.signature)
        request.end()
        return 131, counted(self.proven([self.opened(part) for part in components], proposer))

    def opened(self, part, message=None):
        """Decodes and verifies a proof, and refuses one that is about other keys."""
        proof, keys = part
        aggregate = self.prover.Aggregate.from_bytes(proof)
        claims = aggregate.xmss_claims
        if {key for key, _ in claims} != set(keys) or aggregate.sphincs_claims:
            raise Refused("a proof of other keys")
        if message is not None and any(signed != message for _, signed in claims):
            raise Refused("a proof of another message")
        return aggregate

    def proven(self, children, signatures):
        return self.prover.aggregate(children=children, xmss=signatures).to_bytes()

    def split(self, _):
        raise Unsupported("this generation cannot take a message out of a proof")

    def verify(self, request):
        request.u8()
        proof = request.bytes(PROOF)
        request.list(PROOFS, request.binding)
        request.end()
        aggregate = self.prover.Aggregate.from_bytes(proof)
        if aggregate.sphincs_claims:
            raise Refused("a proof with claims of another scheme")
        claims = aggregate.xmss_claims
        body = b"".join(counted(key) + message for key, message in claims)
        return 132, struct.pack("<I", len(claims)) + body

    def verify_signatures(self, request):
        signatures = request.list(VALIDATORS, request.signature)
        request.end()
        return 133, struct.pack("<I", len(signatures)) + bytes(map(self.is_valid, signatures))

    def is_valid(self, signed):
        try:
            self.prover.xmss_verify(*signed)
            return True
        except self.prover.LeanPqError:
            return False

    def open_key(self, request):
        seed = request.bytes(SEED)
        request.end()
        if seed not in self.public_keys:
            key = self.prover.XmssSecretKey.from_seed(seed)
            self.public_keys[seed] = key.public_key
            self.keys[key.public_key] = {None: key}
        return 134, counted(self.public_keys[seed])

    def key(self, public_key, leaf):
        """The key with the tree of a leaf: an object keeps one tree, and two are needed in turn."""
        if public_key not in self.keys:
            raise Refused("this key is not open here")
        trees, tree = self.keys[public_key], leaf >> TREE_HEIGHT
        if tree not in trees:
            spare = trees.get(None)
            if spare is None:
                spare = self.prover.XmssSecretKey.from_bytes(next(iter(trees.values())).to_bytes())
            # Where this fails, all that was there stays.
            spare.prepare(leaf)
            trees.pop(None, None)
            trees[tree] = spare
            # This one and the nearest stay, the later of two.
            for far in sorted(trees, key=lambda other: (abs(other - tree), -other))[2:]:
                del trees[far]
        return trees[tree]

    def prepare_key(self, request):
        public_key, leaf = request.bytes(KEY), request.u32()
        request.end()
        self.key(public_key, leaf)
        return 130, b""

    def sign(self, request):
        public_key, leaf, message = request.bytes(KEY), request.u32(), request.fixed(32)
        request.end()
        return 135, counted(self.key(public_key, leaf).sign(message, leaf))

    def answer(self, kind, request):
        requests = [
            self.hello, self.prepare, self.aggregate, self.merge, self.split, self.verify,
            self.verify_signatures, self.open_key, self.prepare_key, self.sign,
        ]
        if not 1 <= kind <= len(requests):
            raise Malformed(f"there is no request {kind}")
        try:
            return requests[kind - 1](request)
        except (Refused, self.prover.LeanPqError, ValueError, TypeError) as error:
            return failure(1, error)
        except Unsupported as error:
            return failure(2, error)
        except Malformed:
            raise
        except MemoryError:
            return failure(3, "out of memory")
        except Exception as error:
            # A fault of this program: its keys, and the trees that they cost, must outlive it.
            return failure(3, f"{type(error).__name__}: {error}")


def failure(code, reason):
    return 255, bytes([code]) + text(str(reason))


def read(stream, count):
    data = stream.read(count)
    if not data:
        sys.exit(0)
    if len(data) < count:
        raise Malformed("the stream ends inside a frame")
    return data


def serve(source, sink):
    worker = None
    while True:
        (length,) = struct.unpack("<I", read(source, 4))
        if not 10 <= length <= LIMIT:
            raise Malformed(f"a frame of {length} bytes")
        frame = read(source, length)
        version, kind, number = struct.unpack("<BBQ", frame[:10])
        if version != VERSION:
            raise Malformed(f"frames of version {version}")
        # Not before the first request: from then on the node's limits are in force.
        worker = worker or Worker()
        kind, payload = worker.answer(kind, Reader(frame[10:]))
        sink.write(struct.pack("<IBBQ", 10 + len(payload), VERSION, kind, number) + payload)
        sink.flush()


if __name__ == "__main__":
    # Whatever a library prints must not get between the frames.
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        serve(source, sink)
    except Malformed as error:
        sys.exit(f"malformed: {error}")
    except (BrokenPipeError, ConnectionResetError):
        sys.exit(0)
