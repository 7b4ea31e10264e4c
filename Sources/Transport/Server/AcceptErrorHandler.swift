import Logging
import NIOCore
import NIOPosix

/// Keeps a listening socket alive when a connection cannot be accepted, as with too many open files: it waits a second and
/// goes on.
final class AcceptErrorHandler: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = any Channel

    private let logger: Logger
    private var isPausing = false
    private var isReadPending = false

    init(logger: Logger) {
        self.logger = logger
    }

    func read(context: ChannelHandlerContext) {
        if isPausing {
            isReadPending = true
        } else {
            context.read()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isPausing else { return }
        logger.warning("Cannot accept connections for a moment", metadata: ["error": "\(error)"])
        isPausing = true
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) {
            self.isPausing = false
            guard self.isReadPending else { return }
            self.isReadPending = false
            context.read()
        }
    }
}
