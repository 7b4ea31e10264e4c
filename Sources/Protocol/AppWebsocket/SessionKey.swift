import Crypto

/// The secret that both ends of a connection share after a login and never send (AppWebsocket, Session key, encrypt, decrypt, hash).
///
/// 64 hexadecimal digits, used as text. No description shows it.
public struct SessionKey: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let digits: String

    /// The key of a connection.
    ///
    /// - Parameters:
    ///   - challenge: of the login
    ///   - password: of the login
    public init(challenge: String, password: String) {
        digits = Hex.text(SHA256.hash(data: Array("innovaphoneAppSessionKey:\(challenge):\(password)".utf8)))
    }

    /// A key that came with a login that someone else computed; `nil` unless it is 64 hexadecimal digits.
    public init?(digits: String) {
        guard digits.utf8.count == 64, digits.utf8.allSatisfy({ $0.hexDigitValue != nil }) else { return nil }
        self.digits = digits
    }

    /// The digits themselves. Only for where the protocol hands a key to a browser over the connection that owns it; never to be logged.
    public func revealed() -> String { digits }

    /// Encrypts a text with RC4.
    ///
    /// - Parameters:
    ///   - text: what to encrypt
    ///   - seed: a text that is new for every use; sent beside the result
    /// - Returns: lower-case hexadecimal digits
    public func encrypt(_ text: String, seed: String) -> String { Hex.text(cipher(seed).applied(to: Array(text.utf8))) }

    /// Decrypts what the other end encrypted.
    ///
    /// - Parameters:
    ///   - digits: hexadecimal digits
    ///   - seed: that came beside them
    /// - Returns: the text; `nil` if these are no digits, or no UTF-8 comes out, as with a wrong key
    public func decrypt(_ digits: String, seed: String) -> String? {
        guard let bytes = Hex.bytes(digits) else { return nil }
        return String(validating: cipher(seed).applied(to: bytes), as: UTF8.self)
    }

    /// Encrypts another key, as the PBX does in a service login.
    public func wrap(_ key: SessionKey, salt: String) -> String { encrypt(key.digits, seed: salt) }

    /// Decrypts another key; `nil` if no key comes out.
    public func unwrap(_ digits: String, salt: String) -> SessionKey? { decrypt(digits, seed: salt).flatMap(SessionKey.init(digits:)) }

    /// A hash of a text that only the two ends can make.
    ///
    /// - Returns: lower-case hexadecimal digits
    public func hash(_ text: String, seed: String) -> String { Hex.text(SHA256.hash(data: Array("\(seed):\(digits):\(text)".utf8))) }

    /// What an HTTP request shows in its `key` parameter to belong to this connection (AppWebsocket, HTTP requests that belong to a session).
    ///
    /// - Parameter purpose: such as `generic-dbfiles`
    public func httpKey(purpose: String) -> String { Hex.text(SHA256.hash(data: Array("\(purpose):\(digits)".utf8))) }

    private func cipher(_ seed: String) -> RC4 { RC4(key: Array("\(seed):\(digits)".utf8)) }

    /// Says only what it is.
    public var description: String { "(session key)" }
    /// Says only what it is.
    public var debugDescription: String { description }
    /// Shows no member.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
