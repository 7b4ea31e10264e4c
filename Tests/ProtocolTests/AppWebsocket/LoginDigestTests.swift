import Protocol
import Testing

@Suite("Login digest")
struct LoginDigestTests {
    /// One row of the protocol's table of digests.
    struct Vector: Sendable, CustomTestStringConvertible {
        var name: String
        var login: AppLogin
        var challenge = "0123456789abcdef"
        var password = "pwd"

        var testDescription: String { name }
    }

    static func raw(_ text: String) -> RawJSON? { try? RawJSON(text) }

    static let pbxObject =
        #"{"appobj":"connector","appdn":"Connector","appurl":"https://ap.example.com/example.com/connector/acme-connector","pbx":"master","cn":"Connector","unlicensed":true,"lics":3,"apps":[{"name":"connect","dn":"Connect"}]}"#
    static let sorted =
        #"{"appdn":"Connector","appobj":"connector","apps":[{"dn":"Connect","name":"connect"}],"appurl":"https://ap.example.com/example.com/connector/acme-connector","cn":"Connector","lics":3,"pbx":"master","unlicensed":true}"#
    static let documentedUser =
        #"{"appobj":"users","apps":[{"name":"users"},{"name":"profile"}],"appurl":"https://1.2.3.4/example.com/usersapp/innovaphone-users","unlicensed":true}"#
    static let unicode = #"{"appobj":"connector","cn":"Jürgen \"JJ\" Müller/東京 😀","groups":[],"apps":[]}"#

    static func connector(_ info: String, _ digest: String) -> AppLogin {
        AppLogin(
            app: "acme-connector", domain: "example.com", sip: "connector", guid: "00112233445566778899aabbccddeeff", dn: "Connector",
            info: raw(info),
            digest: digest)
    }

    static let vectors = [
        Vector(name: "1, no info", login: AppLogin(app: "pbxadminapi", digest: "a205299ed2ef2786c311e0be1b14db343f2cadd906a6ae7b564eee34bda5e9a1")),
        Vector(
            name: "2, empty info",
            login: AppLogin(app: "pbxadminapi", info: raw("{}"), digest: "57b23fe824b9222a7ac879597cb509bcdc865a1bfeb057d9d12118cef0c3ba34")),
        Vector(
            name: "3, small info",
            login: AppLogin(
                app: "pbxadminapi", info: raw(#"{"cn":"Test User"}"#), digest: "96db3c3f657230c2b68194becc6d2a77f05de9f79f01fc81e9ca0fb196b10d9d")),
        Vector(
            name: "4, documented user",
            login: AppLogin(
                app: "innovaphone-users", domain: "example.com", sip: "administrator", guid: "0123456789abcdef0123456789abcdef",
                dn: "Administrator User", info: raw(documentedUser), digest: "ef1b811ffaa8f9255c39c653d8fb26b4687b2d8c4d9ac91b4821bff6bae3ff44")),
        Vector(
            name: "5, PBX object", login: connector(pbxObject, "f6a15346a8864f783b3477aea7b364b037fecbf4ef1de4a2b1c4865b0d948d2d"),
            challenge: "9876543210123456", password: "Tr0ub4dor&3"),
        Vector(
            name: "6, Unicode",
            login: AppLogin(
                app: "acme-connector", domain: "example.com", sip: "juergen", guid: "ffeeddccbbaa99887766554433221100", dn: "Jürgen Müller",
                info: raw(unicode), digest: "5b4d964ea3648778c0b2d48ff4bb75a45cc24bf3cdd40ef3dc3223ef12fc676a"), challenge: "1111222233334444",
            password: "päss:wörd"),
        Vector(
            name: "7, manager plugin",
            login: AppLogin(
                app: "-", domain: "example.com", sip: "-", guid: "00000000000000000000000000000000", dn: "Admin",
                digest: "405b03213f9dbb230fe3d630eaa75516dec13cec666f8db94305933ae44109a5"), challenge: "5550001112223334",
            password: "instPwd16chars00"),
        Vector(
            name: "8, keys sorted", login: connector(sorted, "3d50ce8b43a4e0ad16f108b95a3751853cf3430032881167d9c2485b60a64e14"),
            challenge: "9876543210123456", password: "Tr0ub4dor&3"),
        Vector(
            name: "9, escaped on the wire",
            login: AppLogin(
                app: "pbxadminapi", info: raw(#"{ "u":"a\/b", "n":"\u00e9" }"#),
                digest: "aad81a3d74b12364bce5f04f36ca09771b3402e230139e93d79c42c28cfe6e61")),
        Vector(
            name: "10, wrong password", login: connector(pbxObject, "6198aaf0be8b11418417e1f6ad4af09e5a52e8fcb5279d0ad3ec94a08282d1c2"),
            challenge: "9876543210123456", password: "wrong"),
    ]

    @Test("The protocol's digests come out", arguments: vectors)
    func digests(vector: Vector) {
        #expect(LoginDigest.digest(of: vector.login, challenge: vector.challenge, password: vector.password) == vector.login.digest)
        #expect(LoginDigest.isValid(vector.login, challenge: vector.challenge, password: vector.password))
    }

    @Test("A digest over other keys, another password, challenge or member is not valid")
    func invalid() {
        let good = Self.vectors[4]
        #expect(!LoginDigest.isValid(Self.connector(Self.sorted, good.login.digest), challenge: good.challenge, password: good.password))
        #expect(!LoginDigest.isValid(good.login, challenge: good.challenge, password: "wrong"))
        #expect(!LoginDigest.isValid(good.login, challenge: "9876543210123457", password: good.password))
        var changed = good.login
        changed.dn = "connector"
        #expect(!LoginDigest.isValid(changed, challenge: good.challenge, password: good.password))
        changed = good.login
        changed.info = nil
        #expect(!LoginDigest.isValid(changed, challenge: good.challenge, password: good.password))
    }

    @Test("Empty info is not absent info")
    func emptyInfo() {
        var login = Self.vectors[1].login
        login.info = nil
        #expect(!LoginDigest.isValid(login, challenge: "0123456789abcdef", password: "pwd"))
    }

    @Test("The App object's name is not covered")
    func pbxObj() {
        var login = Self.vectors[0].login
        login.pbxObj = "connect"
        #expect(LoginDigest.isValid(login, challenge: "0123456789abcdef", password: "pwd"))
    }

    @Test("Digits may be in either case; a digest of another length, or with other characters, is not valid")
    func comparison() {
        var login = Self.vectors[0].login
        let digest = login.digest
        login.digest = digest.uppercased()
        #expect(LoginDigest.isValid(login, challenge: "0123456789abcdef", password: "pwd"))
        for wrong in ["", String(digest.dropLast()), digest + "0", "é" + digest.dropFirst(2), digest.replacing("2", with: "\u{12}")] {
            login.digest = wrong
            #expect(!LoginDigest.isValid(login, challenge: "0123456789abcdef", password: "pwd"))
        }
    }

    @Test("A peer that hashed its info as it wrote it is let in too")
    func rawForm() throws {
        // SHA-256 of pbxadminapi:::::{ "u":"a\/b" }:0123456789abcdef:pwd
        let login = AppLogin(
            app: "pbxadminapi", info: try RawJSON(#"{ "u":"a\/b" }"#), digest: "3dafe21e203e3dd482183bd1f28fbce378a78e7bc53f95742b4980b6a2380488")
        #expect(LoginDigest.isValid(login, challenge: "0123456789abcdef", password: "pwd"))
    }
}
