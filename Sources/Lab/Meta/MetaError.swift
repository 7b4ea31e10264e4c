/// An error of the Graph API (WhatsApp, Error object).
public struct MetaError: Sendable, Equatable {
    /// The code to branch on.
    public var code: Int
    /// The deprecated second code, where one is still seen.
    public var subcode: Int?
    /// The HTTP status of the response.
    public var httpStatus: Int
    /// Whether `is_transient` is set.
    public var isTransient: Bool
    /// The text behind `error_data.details`.
    public var details: String

    /// An error with the HTTP status and details that usually come with its code.
    public init(code: Int, subcode: Int? = nil, httpStatus: Int? = nil, isTransient: Bool = false, details: String? = nil) {
        self.code = code
        self.subcode = subcode
        self.httpStatus = httpStatus ?? Self.httpStatus(of: code)
        self.isTransient = isTransient
        self.details = details ?? Self.details(of: code)
    }

    static func parameter(_ details: String) -> MetaError { MetaError(code: 100, details: details) }
    static func missingObject(_ id: String) -> MetaError {
        MetaError(code: 100, subcode: 33, details: "Object with ID '\(id)' does not exist or cannot be loaded")
    }

    private static func httpStatus(of code: Int) -> Int {
        switch code {
        case 0, 190: 401
        case 3, 10, 200...299, 368, 131005, 131031: 403
        case 4, 80007, 130429: 429
        case 1, 2, 131000, 131057: 500
        case 131016: 503
        default: 400
        }
    }

    private static func details(of code: Int) -> String {
        switch code {
        case 190: "The access token is invalid or has expired"
        case 368: "Temporarily blocked for policy violations"
        case 130429: "Too many messages in a short time from this phone number"
        case 131000: "The message could not be sent for an unknown reason"
        case 131016: "The service is temporarily unavailable"
        case 131026: "The message cannot be delivered to this person"
        case 131031: "The account has been locked"
        case 133000: "A former deregistration was not completed"
        case 133004: "The server is temporarily unavailable"
        case 133005: "The PIN does not match"
        case 133009: "The PIN was entered too quickly"
        case 133010: "The phone number is not registered with the Cloud API"
        case 133015: "The phone number was deleted recently"
        case 133016: "The number was registered or deregistered too often"
        case 131042: "There is a problem with the payment method"
        case 131047: "More than 24 hours have passed since the customer last replied"
        case 131053: "The media could not be processed"
        case 131056: "Too many messages from this phone number to the same person"
        default: "Error \(code)"
        }
    }

    /// The body of an HTTP response.
    func body(trace: String) -> LabJSON {
        [
            "error": .object(
                ("message", .string("(#\(code)) \(details)")), ("type", "OAuthException"), ("code", .integer(code)),
                ("error_subcode", subcode.map(LabJSON.integer)), ("is_transient", isTransient ? true : nil),
                ("error_data", ["messaging_product": "whatsapp", "details": .string(details)]), ("fbtrace_id", .string(trace)))
        ]
    }

    /// An element of `errors` in a status.
    var statusElement: LabJSON {
        ["code": .integer(code), "title": .string(details), "message": .string(details), "error_data": ["details": .string(details)]]
    }
}
