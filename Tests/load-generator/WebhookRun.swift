import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix

/// Posts prepared requests over connections that stay open, either each as soon as a connection is free, or each at its moment whatever
/// became of those before (an open loop). All of it happens on one event loop.
final class WebhookRun {
    /// What came of it.
    struct Figures: Sendable {
        /// How often each status came.
        var statuses: [Int: Int] = [:]
        /// Requests without an answer.
        var unanswered = 0
        /// From the moment at which a request was due until its answer was there, in nanoseconds, in the order of the answers.
        var latencies: [Int64] = []
        /// When the first request was due, in seconds since 1970.
        var startedAt: Double = 0
        /// From the first request to the last answer, in nanoseconds.
        var duration: Int64 = 0
        /// The requests that were answered with 200.
        var acknowledged: [Int] = []
    }

    private let requests: [WebhookRequest]
    /// Nanoseconds between two requests; nil for as fast as they are answered.
    private let interval: Int64?
    private let loop: any EventLoop
    private let done: EventLoopPromise<Figures>
    private var figures = Figures()
    private var next = 0
    private var underWay = 0
    private var open = 0
    private var idle: [WebhookConnection] = []
    private var start = NIODeadline.now()
    private var hasBegun = false

    private init(_ requests: [WebhookRequest], interval: Int64?, on loop: any EventLoop, done: EventLoopPromise<Figures>) {
        self.requests = requests
        self.interval = interval
        self.loop = loop
        self.done = done
    }

    /// Posts the requests, in their order.
    /// - Parameter rate: How many a second; nil for as fast as they are answered.
    static func run(_ requests: [WebhookRequest], to target: WebhookTarget, connections: Int, rate: Double?) async throws -> Figures {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let done = loop.makePromise(of: Figures.self)
        let interval = rate.map { Int64(1_000_000_000 / $0) }
        loop.execute {
            let run = WebhookRun(requests, interval: interval, on: loop, done: done)
            run.connect(to: target, connections)
        }
        return try await done.futureResult.get()
    }

    private func connect(to target: WebhookTarget, _ count: Int) {
        let run = NIOLoopBound(self, eventLoop: loop)
        let bootstrap = ClientBootstrap(group: loop).channelOption(.tcpOption(.tcp_nodelay), value: 1)
        let channels = (0..<count).map { _ in
            bootstrap.connect(host: target.host, port: target.port).flatMapThrowing { channel in
                let connection = WebhookConnection(run: run.value)
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                try channel.pipeline.syncOperations.addHandler(connection)
                run.value.idle.append(connection)
                run.value.open += 1
            }
        }
        EventLoopFuture.andAllSucceed(channels, on: loop).whenComplete { result in
            switch result {
            case .success: run.value.begin()
            case .failure(let error): run.value.done.fail(error)
            }
        }
    }

    private func begin() {
        hasBegun = true
        start = .now()
        figures.startedAt = Date.now.timeIntervalSince1970
        interval == nil ? sendAll() : sendDue()
    }

    /// When a request is due.
    private func due(_ index: Int) -> NIODeadline? { interval.map { start + .nanoseconds($0 * Int64(index)) } }

    private func sendAll() {
        while next < requests.count, let connection = idle.popLast() { send(on: connection, dueAt: .now()) }
    }

    private func sendDue() {
        while next < requests.count, let due = due(next), due <= .now(), let connection = idle.popLast() { send(on: connection, dueAt: due) }
        guard next < requests.count, let due = due(next), due > .now() else { return }
        let run = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(deadline: due) { run.value.sendDue() }
    }

    private func send(on connection: WebhookConnection, dueAt due: NIODeadline) {
        connection.send(requests[next], index: next, dueAt: due)
        next += 1
        underWay += 1
    }

    // MARK: What connections tell

    func answered(_ index: Int, status: Int, dueAt due: NIODeadline, on connection: WebhookConnection, isKept: Bool) {
        figures.statuses[status, default: 0] += 1
        figures.latencies.append((.now() - due).nanoseconds)
        if status == 200 { figures.acknowledged.append(index) }
        underWay -= 1
        if isKept { idle.append(connection) }
        goOn()
    }

    func ended(_ connection: WebhookConnection, unanswered: Bool) {
        open -= 1
        idle.removeAll { $0 === connection }
        if unanswered {
            figures.unanswered += 1
            underWay -= 1
        }
        if hasBegun { goOn() }
    }

    private func goOn() {
        interval == nil ? sendAll() : sendDue()
        // Without a connection nothing more can be sent: the server has ended.
        guard underWay == 0, next == requests.count || open == 0 else { return }
        hasBegun = false
        figures.duration = (.now() - start).nanoseconds
        done.succeed(figures)
    }
}

/// One connection of a run, with one request under way at most.
final class WebhookConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let run: WebhookRun
    private var context: ChannelHandlerContext?
    private var current: (index: Int, due: NIODeadline)?
    private var status = 0
    private var isKept = true

    init(run: WebhookRun) { self.run = run }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func send(_ request: WebhookRequest, index: Int, dueAt due: NIODeadline) {
        current = (index, due)
        context?.write(wrapOutboundOut(.head(request.head)), promise: nil)
        context?.write(wrapOutboundOut(.body(.byteBuffer(request.body))), promise: nil)
        context?.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            status = Int(head.status.code)
            isKept = head.isKeepAlive
        case .body: break
        case .end:
            guard let (index, due) = current else { return }
            current = nil
            run.answered(index, status: status, dueAt: due, on: self, isKept: isKept)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        let isUnanswered = current != nil
        current = nil
        run.ended(self, unanswered: isUnanswered)
    }
}
