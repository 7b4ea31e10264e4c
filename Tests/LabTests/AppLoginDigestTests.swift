import Testing

@testable import Lab

@Suite struct AppLoginDigestTests {
    private static let pbxInfo = """
        {"appobj":"connector","appdn":"Connector","appurl":"https://ap.example.com/example.com/connector/acme-connector","pbx":"master",\
        "cn":"Connector","unlicensed":true,"lics":3,"apps":[{"name":"connect","dn":"Connect"}]}
        """

    @Test(
        "Digests are those of the protocol's examples",
        arguments: [
            (AppLoginDigest.Fields(app: "pbxadminapi"), "a205299ed2ef2786c311e0be1b14db343f2cadd906a6ae7b564eee34bda5e9a1"),
            (AppLoginDigest.Fields(app: "pbxadminapi", info: [:]), "57b23fe824b9222a7ac879597cb509bcdc865a1bfeb057d9d12118cef0c3ba34"),
            (
                AppLoginDigest.Fields(app: "pbxadminapi", info: ["cn": "Test User"]),
                "96db3c3f657230c2b68194becc6d2a77f05de9f79f01fc81e9ca0fb196b10d9d"
            ),
        ])
    func documentedExamples(_ fields: AppLoginDigest.Fields, _ digest: String) {
        #expect(AppLoginDigest.digest(fields, challenge: "0123456789abcdef", password: "pwd") == digest)
    }

    @Test("A digest covers info in the order of its keys, without the escapes of the wire")
    func infoIsHashedCanonically() throws {
        var fields = AppLoginDigest.Fields(
            app: "acme-connector", domain: "example.com", sip: "connector", guid: "00112233445566778899aabbccddeeff", dn: "Connector",
            info: try LabJSON(parsing: Self.pbxInfo))
        let password = "Tr0ub4dor&3"
        #expect(
            AppLoginDigest.digest(fields, challenge: "9876543210123456", password: password)
                == "f6a15346a8864f783b3477aea7b364b037fecbf4ef1de4a2b1c4865b0d948d2d")
        #expect(
            AppLoginDigest.digest(fields, challenge: "9876543210123456", password: "wrong")
                == "6198aaf0be8b11418417e1f6ad4af09e5a52e8fcb5279d0ad3ec94a08282d1c2")
        fields = AppLoginDigest.Fields(app: "pbxadminapi", info: try LabJSON(parsing: #"{ "u":"a\/b", "n":"\u00e9" }"#))
        #expect(
            AppLoginDigest.digest(fields, challenge: "0123456789abcdef", password: "pwd")
                == "aad81a3d74b12364bce5f04f36ca09771b3402e230139e93d79c42c28cfe6e61")
        fields = AppLoginDigest.Fields(
            app: "acme-connector", domain: "example.com", sip: "juergen", guid: "ffeeddccbbaa99887766554433221100", dn: "Jürgen Müller",
            info: try LabJSON(parsing: #"{"appobj":"connector","cn":"Jürgen \"JJ\" Müller/東京 😀","groups":[],"apps":[]}"#))
        #expect(
            AppLoginDigest.digest(fields, challenge: "1111222233334444", password: "päss:wörd")
                == "5b4d964ea3648778c0b2d48ff4bb75a45cc24bf3cdd40ef3dc3223ef12fc676a")
    }

    @Test("Session keys wrap each other with RC4")
    func keys() {
        let outer = AppLoginDigest.sessionKey(challenge: "9876543210123456", password: "Tr0ub4dor&3")
        let inner = AppLoginDigest.sessionKey(challenge: "2718281828459045", password: "connectPwd")
        #expect(outer == "2e1904bf73b794f8284b2aac542220d4f66a8831919a0946659b34803048b59d")
        #expect(inner == "a1d81d39765ab610713d815e0d20fb2028e6775f50335eafe8ec5b7a5aaf420f")
        #expect(AppLoginDigest.rc4(key: Array("Key".utf8), data: Array("Plaintext".utf8)).hex == "bbf316e8d940af0ad3")
        #expect(AppLoginDigest.encrypt("s3crét", seed: "0.4fzyo82mvyr", sessionKey: outer) == "30bfae3aa769de")
        #expect(
            AppLoginDigest.encrypt(inner, seed: "4fzyo82mvyr", sessionKey: outer)
                == """
                833ece73b82034fa933078b6f1ee7ef585e70bfcc620cd291f2beae88f309ef1ec056098da51e0a66482dddf93027bde82e802c31aa1077ffd2741c3fa2cdae5
                """)
    }
}
