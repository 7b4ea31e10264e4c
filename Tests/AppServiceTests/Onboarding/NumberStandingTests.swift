import Protocol
import Testing

@testable import AppService

/// What is read from Meta's words about numbers and tokens.
@Suite struct NumberStandingTests {
    @Test(
        "Only a number that waits for it is registered",
        arguments: [
            ("CONNECTED", "CLOUD_API", false, "registered"), ("CONNECTED", "CLOUD_API", true, "registered"), ("CONNECTED", nil, nil, "registered"),
            ("FLAGGED", "CLOUD_API", nil, "registered"), ("RESTRICTED", nil, nil, "registered"), ("LINKED", nil, nil, "registered"),
            ("PENDING", "CLOUD_API", nil, "registered"), (nil, "CLOUD_API", nil, "registered"), ("SOMETHING", nil, nil, "registered"),
            ("PENDING", "NOT_APPLICABLE", false, "unregistered"), ("PENDING", nil, nil, "unregistered"), (nil, nil, nil, "unregistered"),
            ("DISCONNECTED", "CLOUD_API", false, "unregistered"), ("UNVERIFIED", nil, nil, "unregistered"),
            ("CONNECTED", "ON_PREMISE", nil, "unregistered"), ("DISCONNECTED", "CLOUD_API", true, "unusable"),
            ("BANNED", "CLOUD_API", nil, "unusable"),
            ("DELETED", nil, nil, "unusable"), ("MIGRATED", "NOT_APPLICABLE", nil, "unusable"), ("PENDING", "NOT_APPLICABLE", true, "registered"),
        ] as [(String?, String?, Bool?, String)])
    func standings(_ status: String?, _ platform: String?, _ isOnBusinessApp: Bool?, _ expected: String) {
        let standing = NumberStanding(GraphPhoneNumber(id: "1", status: status, platform: platform, isOnBusinessApp: isOnBusinessApp))
        switch standing {
        case .registered: #expect(expected == "registered")
        case .unregistered: #expect(expected == "unregistered")
        case .unusable: #expect(expected == "unusable")
        }
    }

    @Test(
        "What Meta tells of a token speaks against it only if it says so",
        arguments: [
            (#"{"data":{"is_valid":true}}"#, nil), (#"{"data":{"is_valid":true,"scopes":null}}"#, "missingScope"),
            (#"{"data":{"is_valid":true,"scopes":["whatsapp_business_messaging","whatsapp_business_management"]}}"#, nil),
            (#"{"data":{"is_valid":true,"scopes":["whatsapp_business_messaging"]}}"#, "missingScope"),
            (#"{"data":{"is_valid":false,"error":{"message":"expired"}}}"#, "token"),
            (both(#"[{"scope":"whatsapp_business_management"}]"#), nil),
            (both(#"[{"scope":"whatsapp_business_management","target_ids":[]}]"#), nil),
            (both(#"[{"scope":"whatsapp_business_management","target_ids":["1",102]}]"#), nil),
            (both(#"[{"scope":"whatsapp_business_management","target_ids":["1"]}]"#), "account"),
            (both(#"[{"scope":"pages_messaging","target_ids":["1"]}]"#), nil),
        ])
    func tokens(_ body: String, _ kind: String?) throws {
        let info = try GraphTokenInfo.decode(Array(body.utf8))
        #expect(TokenFinding.failure(of: info, for: "102")?.kind == kind)
    }

    private static func both(_ grants: String) -> String {
        #"{"data":{"is_valid":true,"scopes":["whatsapp_business_management","whatsapp_business_messaging"],"granular_scopes":\#(grants)}}"#
    }

    @Test("An answer that describes no token, or is no page of numbers, says nothing", arguments: ["{}", #"{"data":{}}"#, #"{"data":[]}"#, "[]", ""])
    func otherAnswers(_ body: String) {
        #expect(throws: MalformedJSONBody.self) { try GraphTokenInfo.decode(Array(body.utf8)) }
        if !body.contains("data") {
            #expect(throws: MalformedJSONBody.self) { try GraphPhoneNumberPage.decode(Array(body.utf8)) }
        }
    }
}
