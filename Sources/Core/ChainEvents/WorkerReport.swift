/// How one prover or signer in a process of its own stands.
package struct WorkerReport: Equatable, Sendable {
  /// Its place among the workers, from 0.
  package var worker: Int
  /// What its work is: `prove`, `verify` or `sign`.
  package var lane: String
  /// Where it runs: `local`, or the word that an operator knows it by.
  package var place: String
  /// The name that it gives its proofs; absent until it has said so.
  package var generation: String?
  /// What it does now: a job, `idle`, `gets ready`, or why it is down.
  package var activity: String
  /// How long it has done that, where it is a job.
  package var activityMilliseconds: UInt64?
  /// Bytes in memory; absent when it does not run, or runs elsewhere.
  package var memoryBytes: UInt64?
  /// Processors that it may use; absent for all.
  package var processors: Int?
  /// Jobs of its lane that wait.
  package var waiting: Int
  /// How often it was started.
  package var starts: Int

  /// Creates a report.
  package init(
    worker: Int, lane: String, place: String, generation: String? = nil, activity: String,
    activityMilliseconds: UInt64? = nil, memoryBytes: UInt64? = nil, processors: Int? = nil,
    waiting: Int, starts: Int
  ) {
    self.worker = worker
    self.lane = lane
    self.place = place
    self.generation = generation
    self.activity = activity
    self.activityMilliseconds = activityMilliseconds
    self.memoryBytes = memoryBytes
    self.processors = processors
    self.waiting = waiting
    self.starts = starts
  }
}

extension WorkerReport: EventFields {
  init(_ field: FieldReader) throws(EventDecodingError) {
    self.init(
      worker: try field("worker"), lane: try field("lane"), place: try field("place"),
      generation: try field("generation"), activity: try field("activity"),
      activityMilliseconds: try field("activity_ms"), memoryBytes: try field("memory_bytes"),
      processors: try field("processors"), waiting: try field("waiting"),
      starts: try field("starts"))
  }

  func write(fields write: inout JSONWriter) {
    write("worker", worker)
    write("lane", lane)
    write("place", place)
    write("generation", generation)
    write("activity", activity)
    write("activity_ms", activityMilliseconds)
    write("memory_bytes", memoryBytes)
    write("processors", processors)
    write("waiting", waiting)
    write("starts", starts)
  }
}
