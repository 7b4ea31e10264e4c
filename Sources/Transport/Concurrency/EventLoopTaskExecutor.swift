import NIOCore

/// Runs tasks on an event loop.
///
/// A connection's task mostly waits for its socket, and whatever it is woken for is done in a moment. On the event loop neither the waiting
/// nor the answering wakes another thread. Who has more to do than a moment has a thread or a queue of its own anyway, as on any executor.
final class EventLoopTaskExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
