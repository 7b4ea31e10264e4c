public import Crypto

/// The signature of what a shared service and an instance send each other once they are joined: an HMAC-SHA256 over the moment and the
/// exact bytes of the body (WhatsApp Cloud API, 5.8).
///
/// On the wire: `t=<seconds since 1970>,kid=<key ID>,v1=<64 hexadecimal digits>`, in this order.
public struct RelaySignature: Equatable, Sendable {
    /// The header field that carries it.
    public static let headerName = "X-Relay-Signature"
    /// How far the moment may be from the reader's clock, in seconds, either way.
    public static let tolerance: Int64 = 300
    /// Longest key ID, in characters.
    public static let longestKeyID = 64

    /// When it was made, in seconds since 1970.
    public let time: Int64
    /// Names the key.
    public let keyID: String
    private let code: [UInt8]

    /// Signs a body.
    ///
    /// - Parameters:
    ///   - body: the exact bytes
    ///   - keyID: names the key: letters, digits, `-` and `_`
    ///   - key: the key
    ///   - time: now, in seconds since 1970
    public init(_ body: some Sequence<UInt8>, keyID: String, key: SymmetricKey, time: Int64) {
        self.time = time
        self.keyID = keyID
        code = Array(HMAC<SHA256>.authenticationCode(for: Self.signed(body, time), using: key))
    }

    /// Reads the header's value; nil for anything that is none.
    public init?(header: String) {
        guard header.utf8.count <= 200 else { return nil }
        let parts = header.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].hasPrefix("t="), parts[1].hasPrefix("kid="), parts[2].hasPrefix("v1=") else { return nil }
        let (time, keyID, digits) = (parts[0].dropFirst(2), parts[1].dropFirst(4), parts[2].dropFirst(3))
        guard (1...12).contains(time.utf8.count), time.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(time),
            (1...Self.longestKeyID).contains(keyID.utf8.count), Base64URL.isText(keyID),
            digits.utf8.count == 2 * SHA256.byteCount, let code = Hex.bytes(String(digits))
        else { return nil }
        self.time = seconds
        self.keyID = String(keyID)
        self.code = code
    }

    /// The header's value.
    public var header: String { "t=\(time),kid=\(keyID),v1=\(Hex.text(code))" }

    /// Whether it was made near a moment; what is too old may be a repetition.
    public func isTimely(at now: Int64) -> Bool { (now - Self.tolerance...now + Self.tolerance).contains(time) }

    /// Whether it was made over these bytes with this key, compared in constant time.
    public func isValid(for body: some Sequence<UInt8>, key: SymmetricKey) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Self.signed(body, time), using: key)
    }

    private static func signed(_ body: some Sequence<UInt8>, _ time: Int64) -> [UInt8] { Array("\(time).".utf8) + body }
}
