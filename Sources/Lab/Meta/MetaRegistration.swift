/// Where a business number stands with the Cloud API (WhatsApp, Steps after signup).
public struct MetaRegistration: Sendable, Equatable {
    static let mostWrongPINs = 5
    static let lockTime: Int64 = 3_600_000
    static let mostRegistrations = 10
    static let countingTime: Int64 = 72 * 3_600_000

    /// Whether it can send and gets messages.
    public var isRegistered = true
    /// The PIN of its two-step verification; nil while that is off.
    public var pin: String?
    /// Whether it was verified by text message or call.
    public var isVerified = true
    /// Whether it is in use in the WhatsApp Business app too, and so must not be registered.
    public var isOnBusinessApp = false
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    public var quality = "GREEN"
    /// Where the display name stands: `APPROVED`, `PENDING_REVIEW`, `DECLINED` or another word of Meta's.
    public var nameStatus = "APPROVED"
    /// When wrong PINs were given, in milliseconds since 1970 UTC.
    var wrongPINs: [Int64] = []
    /// When it was registered, in milliseconds since 1970 UTC.
    var registrations: [Int64] = []

    /// A registered number without a PIN.
    public init() {}

    /// A number that waits to be registered.
    public static func unregistered(pin: String? = nil, isVerified: Bool = true) -> MetaRegistration {
        var registration = MetaRegistration()
        registration.isRegistered = false
        registration.pin = pin
        registration.isVerified = isVerified
        registration.quality = "UNKNOWN"
        return registration
    }

    /// A number that is in use in the WhatsApp Business app, too.
    public static let onBusinessApp: MetaRegistration = {
        var registration = MetaRegistration()
        registration.isOnBusinessApp = true
        return registration
    }()

    /// Registers the number, or says why not.
    mutating func register(pin given: String?, now: Int64) -> MetaError? {
        wrongPINs.removeAll { $0 + Self.lockTime <= now }
        registrations.removeAll { $0 + Self.countingTime <= now }
        guard let given, Self.isPIN(given) else { return .parameter("The PIN must have six digits") }
        guard !isOnBusinessApp else { return .parameter("The number is in use in the WhatsApp Business app") }
        guard isVerified else { return MetaError(code: 133_006, details: "The phone number has to be verified first") }
        guard registrations.count < Self.mostRegistrations else {
            return MetaError(code: 133_016, details: "The number was registered \(Self.mostRegistrations) times in 72 hours")
        }
        guard wrongPINs.count < Self.mostWrongPINs else {
            let seconds = ((wrongPINs.first ?? now) + Self.lockTime - now) / 1_000
            return MetaError(code: 133_008, details: "Too many wrong PINs. Try again in \(seconds) seconds")
        }
        if let pin, pin != given {
            wrongPINs.append(now)
            return MetaError(code: 133_005, details: "The PIN does not match")
        }
        pin = given
        wrongPINs = []
        registrations.append(now)
        isRegistered = true
        if quality == "UNKNOWN" { quality = "GREEN" }
        return nil
    }

    static func isPIN(_ text: String) -> Bool {
        text.utf8.count == 6 && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
