import Bridge
import Protocol

@testable import AppService

/// What the tests of sessions have in common: one instance, and logins to it.
enum Logins {
    static let password = "Tr0ub4dor&3"
    static let challenge = "9876543210123456"
    static let domain = "example.com"

    static func raw(_ text: String) -> RawJSON? { try? RawJSON(text) }

    static let pbxInfo =
        #"{"appobj":"connector","appdn":"Connector","appurl":"https://ap.example.com/example.com/connector/acme-connector","pbx":"master","cn":"Connector","unlicensed":true,"lics":3,"apps":[{"name":"connect","dn":"Connect"}]}"#

    /// The PBX's own login, with the digest that is in the protocol's description.
    static let pbx = AppLogin(
        app: "acme-connector", domain: domain, sip: "connector", guid: "00112233445566778899aabbccddeeff", dn: "Connector", info: raw(pbxInfo),
        digest: "f6a15346a8864f783b3477aea7b364b037fecbf4ef1de4a2b1c4865b0d948d2d")

    static let manager = AppLogin(app: "-", domain: domain, sip: "-", guid: "00000000000000000000000000000000", dn: "Admin")

    static let user = AppLogin(
        app: "acme-connector", domain: domain, sip: "anna", guid: "ffeeddccbbaa99887766554433221100", dn: "Anna",
        info: raw(#"{"appobj":"connector","cn":"Anna","groups":[],"apps":[]}"#), pbxObj: "connector")

    static func login(_ role: SessionRole) -> AppLogin {
        switch role {
        case .pbx: pbx
        case .manager: manager
        case .user: user
        }
    }

    static func signed(_ login: AppLogin, challenge: String = challenge, password: String = password) -> AppLogin {
        var login = login
        login.digest = LoginDigest.digest(of: login, challenge: challenge, password: password)
        return login
    }

    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
