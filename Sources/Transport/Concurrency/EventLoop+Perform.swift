import NIOCore

extension EventLoop {
    /// Runs something on the event loop: at once for whoever is there already.
    func perform(_ body: @escaping @Sendable () -> Void) {
        if inEventLoop { body() } else { execute(body) }
    }
}
