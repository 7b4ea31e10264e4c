import Dispatch

/// A thread for calls that may wait for the disk, so that those threads that tasks run on never do. It exists only while there is work.
///
/// Work is done one after the other. A queue of its own for each file lets files not wait for each other.
struct DiskThread: Sendable {
    private let queue = DispatchQueue(label: "spool")

    /// Does something on the thread. It is done even if the task is cancelled meanwhile, so that nobody needs to guess whether it was.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws(SpoolError) -> Value) async throws(SpoolError) -> Value {
        let result: Result<Value, SpoolError> = await withCheckedContinuation { continuation in
            queue.async {
                do throws(SpoolError) {
                    continuation.resume(returning: .success(try work()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
