import Testing

@testable import AppService

@Suite("A token that Meta issues")
struct GraphIssuedTokenTests {
    @Test(
        "JSON and the bare token are understood",
        arguments: [
            (#"{"access_token":"EAAB","token_type":"bearer","expires_in":5183944}"#, "EAAB", Int64(5_183_944) as Int64?),
            (#"{"access_token":"EAAB"}"#, "EAAB", nil),
            ("EAAB", "EAAB", nil), (" EAAB\n", "EAAB", nil), (#""EAAB""#, "EAAB", nil),
        ]
    )
    func tokens(body: String, token: String, expiresIn: Int64?) {
        #expect(GraphIssuedToken.decode(body.utf8) == GraphIssuedToken(accessToken: Secret(token), expiresIn: expiresIn))
    }

    @Test(
        "Anything else is none",
        arguments: ["", "{}", #"{"access_token":""}"#, #"{"access_token":{}}"#, "[]", "<html>", "two words", String(repeating: "A", count: 5_000)]
    )
    func others(body: String) { #expect(GraphIssuedToken.decode(body.utf8) == nil) }
}
