internal import Foundation
private import FoundationNetworking
private import Synchronization

/// One GET after the other, each with a limit of bytes and of time.
struct HTTPDownload: Sendable {
  /// Why there is no answer.
  enum Failure: Error, Equatable, CustomStringConvertible {
    /// The server answers with another status than 200.
    case status(Int)
    /// The answer is larger than it may be.
    case tooLarge(limit: Int)
    /// The answer did not come in time.
    case timedOut(Duration)
    /// There is no connection, or it broke.
    case unreachable(String)

    var description: String {
      switch self {
      case .status(404): "the server has none yet (status 404)"
      case .status(let status): "the server answers with status \(status)"
      case .tooLarge(let limit): "the answer has more than \(limit) bytes"
      case .timedOut(let time): "the answer did not come within \(time)"
      case .unreachable(let reason): "not reachable (\(reason))"
      }
    }
  }

  /// How long an answer may take in all: a server that drips is cut off.
  let timeout: Duration

  /// Gets the bytes of a URL.
  func get(_ url: URL, limit: Int) async throws(Failure) -> Data {
    let answer = Answer(limit: limit, timeout: timeout)
    let session = URLSession(
      configuration: .ephemeral, delegate: answer, delegateQueue: nil)
    defer { session.invalidateAndCancel() }
    // The session ends silence by itself, also where the timer below does not get its turn.
    var request = URLRequest(url: url, timeoutInterval: timeout / .seconds(1))
    request.setValue("application/octet-stream", forHTTPHeaderField: "Accept")
    let task = session.dataTask(with: request)
    let timer = Task { [timeout] in
      guard (try? await Task.sleep(for: timeout)) != nil else { return }
      answer.fail(.timedOut(timeout))
      task.cancel()
    }
    defer { timer.cancel() }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        answer.wait(continuation)
        task.resume()
      }
    } onCancel: {
      task.cancel()
    }
    return try result.get()
  }

  /// What has come of an answer.
  private final class Answer: NSObject, URLSessionDataDelegate {
    private struct State {
      var data = Data()
      var failure: Failure?
      var waiter: CheckedContinuation<Result<Data, Failure>, Never>?
    }

    private let limit: Int
    private let timeout: Duration
    private let state = Mutex(State())

    init(limit: Int, timeout: Duration) { (self.limit, self.timeout) = (limit, timeout) }

    func wait(_ continuation: CheckedContinuation<Result<Data, Failure>, Never>) {
      state.withLock { $0.waiter = continuation }
    }

    /// Notes the first reason why the answer will not be used.
    func fail(_ failure: Failure) {
      state.withLock { state in
        if state.failure == nil { state.failure = failure }
        state.data = Data()
      }
    }

    func urlSession(
      _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
      completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
      let status = (response as? HTTPURLResponse)?.statusCode ?? 0
      if status != 200 {
        fail(.status(status))
      } else if response.expectedContentLength > Int64(limit) {
        fail(.tooLarge(limit: limit))
      }
      completionHandler(state.withLock { $0.failure == nil } ? .allow : .cancel)
    }

    func urlSession(
      _ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data
    ) {
      let isOver = state.withLock { state in
        guard state.failure == nil else { return true }
        guard state.data.count + data.count <= limit else { return true }
        state.data.append(data)
        return false
      }
      guard isOver else { return }
      fail(.tooLarge(limit: limit))
      dataTask.cancel()
    }

    private func failure(of error: any Error) -> Failure {
      (error as? URLError)?.code == .timedOut
        ? .timedOut(timeout) : .unreachable((error as NSError).localizedDescription)
    }

    func urlSession(
      _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
      let (waiter, result) = state.withLock { state in
        defer { state.waiter = nil }
        let failure = state.failure ?? error.map { self.failure(of: $0) }
        return (state.waiter, failure.map(Result.failure) ?? .success(state.data))
      }
      waiter?.resume(returning: result)
    }
  }
}
