import NIOCore
import NIOPosix

/// Sleep that leaves nothing behind.
public enum Alarm {
    /// Returns once the time has passed.
    ///
    /// Who is cancelled takes the timer along. `Task.sleep` would leave it where it is until its time has come, which adds up where a
    /// thousand sessions wait for something that comes in time.
    ///
    /// - Throws: `CancellationError` if the task is cancelled.
    public static func sleep(for duration: Duration) async throws {
        guard duration > .zero else { return try Task.checkCancellation() }
        let waiter = Waiter<Void>()
        let timer = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(duration)) {
            waiter.resolve(.success(()))
        }
        try await waiter.wait {
        } onCancel: {
            timer.cancel()
        }
    }
}
