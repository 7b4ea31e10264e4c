/// How much of Meta's call limits is used up, as an answer's headers tell (WhatsApp Cloud API, 6.3).
public struct GraphUsage: Equatable, Sendable {
    /// Use of a business's or account's limits, from `X-Business-Use-Case-Usage`, sorted by ID.
    public var business: [Share]
    /// Use of the app's limits, from `X-App-Usage`.
    public var app: Share?
    /// When to come back, from `Retry-After`.
    public var retryAfter: RetryAfter?

    /// Use of one limit, in percent; above 100 calls are refused.
    public struct Share: Equatable, Sendable {
        /// The business or account; empty for the app's.
        public var id: String
        /// What it limits: `whatsapp`; absent for the app's.
        public var type: String?
        /// Calls.
        public var callCount: Int
        /// Time on Meta's processors.
        public var totalCPUTime: Int
        /// Time altogether.
        public var totalTime: Int
        /// Minutes until calls pass again; 0 while they do.
        public var minutesToRegainAccess: Int

        /// - Parameters:
        ///   - id: the business or account; empty for the app's
        ///   - type: what it limits
        ///   - callCount: calls, in percent
        ///   - totalCPUTime: time on Meta's processors, in percent
        ///   - totalTime: time altogether, in percent
        ///   - minutesToRegainAccess: minutes until calls pass again
        public init(id: String, type: String?, callCount: Int, totalCPUTime: Int, totalTime: Int, minutesToRegainAccess: Int) {
            self.id = id
            self.type = type
            self.callCount = callCount
            self.totalCPUTime = totalCPUTime
            self.totalTime = totalTime
            self.minutesToRegainAccess = minutesToRegainAccess
        }
    }

    /// When to come back.
    public enum RetryAfter: Equatable, Sendable {
        /// After as many seconds.
        case seconds(Int)
        /// At a time in Unix seconds.
        case at(Int64)
    }

    /// Reads the headers' values; what cannot be read counts as absent.
    ///
    /// - Parameters:
    ///   - businessUseCase: `X-Business-Use-Case-Usage`
    ///   - app: `X-App-Usage`
    ///   - retryAfter: `Retry-After`: seconds, or a date in the form of HTTP
    public init(businessUseCase: String?, app: String?, retryAfter: String?) {
        let shares = businessUseCase.flatMap { try? GraphJSON.decode(BusinessShares.self, from: $0.utf8) }
        business = shares?.shares ?? []
        self.app = app.flatMap { try? GraphJSON.decode(WireShare.self, from: $0.utf8) }?.share(id: "")
        self.retryAfter = retryAfter.flatMap(RetryAfter.init(header:))
    }

    /// The highest share of all, in percent; 0 when Meta told nothing.
    public var peak: Int {
        (business + (app.map { [$0] } ?? [])).map { max($0.callCount, $0.totalCPUTime, $0.totalTime) }.max() ?? 0
    }
}

private struct WireShare: Decodable {
    var type: String?
    var callCount: Int
    var totalCPUTime: Int
    var totalTime: Int
    var minutesToRegainAccess: Int

    init(from decoder: any Decoder) throws {
        let fields = try decoder.wireFields()
        type = fields.identifier("type")
        callCount = fields.count("call_count")
        totalCPUTime = fields.count("total_cputime")
        totalTime = fields.count("total_time")
        minutesToRegainAccess = fields.count("estimated_time_to_regain_access")
    }

    func share(id: String) -> GraphUsage.Share {
        GraphUsage.Share(
            id: id,
            type: type,
            callCount: callCount,
            totalCPUTime: totalCPUTime,
            totalTime: totalTime,
            minutesToRegainAccess: minutesToRegainAccess
        )
    }
}

private struct BusinessShares: Decodable {
    var shares: [GraphUsage.Share]

    init(from decoder: any Decoder) throws {
        let fields = try decoder.wireFields()
        shares = fields.names.sorted().flatMap { name in
            fields.values(name, of: WireShare.self).map { $0.share(id: name) }
        }
    }
}

extension WireFields {
    /// A number that is no less than 0 and small enough to calculate with.
    fileprivate func count(_ name: String) -> Int {
        guard let number = number(name), number > 0 else { return 0 }
        return Int(min(number, 1_000_000))
    }
}
