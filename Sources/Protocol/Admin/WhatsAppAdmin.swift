/// What the Settings plugin and the instance say to each other about everything that has structure (Settings plugin, API).
///
/// Every request has one result, `mt` and `Result`; pushes end in `Info` and carry the `src` of their subscription.
public enum WhatsAppAdmin {
    /// `WhatsAppAdmin`.
    public static let api = "WhatsAppAdmin"

    /// How long an answer may be, in bytes; longer lists come in pages.
    public static let longestAnswer = 60_000

    /// Why a request was refused.
    public struct Failure: Error, Hashable, Sendable {
        /// The kinds of failures.
        public enum Code: String, Hashable, Sendable, CaseIterable {
            case accessDenied = "ACCESS_DENIED"
            case badRequest = "BAD_REQUEST"
            case notFound = "NOT_FOUND"
            case conflict = "CONFLICT"
            case noLicense = "NO_LICENSE"
            case limit = "LIMIT"
            case noConnect = "NO_CONNECT"
            case invalidPIN = "INVALID_PIN"
            case onboardingBusy = "ONBOARDING_BUSY"
            case onboardingExpired = "ONBOARDING_EXPIRED"
            case metaError = "META_ERROR"
            case `internal` = "INTERNAL"
        }

        /// The kind.
        public var code: Code
        /// An English sentence.
        public var text: String
        /// The field that it is about.
        public var field: String?
        /// The number as it is, for a conflict.
        public var number: Number?

        /// - Parameters:
        ///   - code: the kind
        ///   - text: an English sentence
        ///   - field: that it is about
        ///   - number: as it is, for a conflict
        public init(_ code: Code, _ text: String, field: String? = nil, number: Number? = nil) {
            self.code = code
            self.text = text
            self.field = field
            self.number = number
        }
    }

    /// The result of a request.
    /// - Parameter write: writes its own members
    public static func result(of request: Envelope, _ write: (inout JSONObjectWriter) -> Void = { _ in }) -> [UInt8] {
        message("\(request.mt.prefix(64))Result", src: request.src, write)
    }

    /// The result of a request that was refused.
    public static func failure(_ failure: Failure, of request: Envelope) -> [UInt8] {
        result(of: request) { writer in
            writer.write("error", failure.code.rawValue)
            writer.write("errorText", failure.text)
            writer.write("field", failure.field)
            writer.write("number", failure.number?.json)
        }
    }

    /// A push.
    /// - Parameters:
    ///   - mt: ends in `Info`
    ///   - src: of the subscription
    ///   - write: writes its own members
    public static func message(_ mt: String, src: RequestTag?, _ write: (inout JSONObjectWriter) -> Void) -> [UInt8] {
        var writer = JSONObjectWriter()
        writer.write("api", api)
        writer.write("mt", mt)
        writer.write("src", src?.raw)
        write(&writer)
        return writer.finish()
    }
}
