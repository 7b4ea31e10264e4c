import Protocol
import Testing

@Suite struct GraphErrorTests {
    static let errors: [(GraphError, String)] = [
        (
            GraphError(
                code: 131_009, type: "OAuthException", message: "(#131009) Parameter value is not valid", details: "recipient is malformed",
                traceID: "A1b2"),
            #"""
            {"error":{"message":"(#131009) Parameter value is not valid","type":"OAuthException","code":131009,
             "error_data":{"messaging_product":"whatsapp","details":"recipient is malformed"},
             "fbtrace_id":"A1b2"}}
            """#
        ),
        (
            GraphError(code: 190, subcode: 463, type: "OAuthException", message: "Session has expired", traceID: "B"),
            #"{"error":{"message":"Session has expired","type":"OAuthException","code":190,"error_subcode":463,"fbtrace_id":"B"}}"#
        ),
        (
            GraphError(code: 2, isTransient: true, userTitle: "Gestört", userMessage: "Später erneut"),
            #"{"error":{"code":2,"is_transient":true,"error_user_title":"Gest\u00f6rt","error_user_msg":"Sp\u00e4ter erneut"}}"#
        ),
    ]

    @Test("An error is read, and written as Meta documents it", arguments: errors)
    func bothDirections(error: GraphError, written: String) throws {
        #expect(GraphError.decode(Array(written.utf8)) == error)
        #expect(try sameJSON(error.encoded(), written))
    }

    @Test("Details may stand flat, and numbers may be texts")
    func lenient() {
        let error = GraphError.decode(
            Array(#"{"error":{"code":"100","error_subcode":"33","details":"gone","is_transient":"false","error_data":"x"}}"#.utf8))
        #expect(error == GraphError(code: 100, subcode: 33, details: "gone"))
        #expect(GraphError.decode(Array(#"{"error":{"code":1e99}}"#.utf8)) == GraphError(code: nil))
    }

    @Test(
        "A body without an error object is none",
        arguments: ["", "<html>502 Bad Gateway</html>", "{}", #"{"error":"x"}"#, #"{"error":null}"#, "[]", #"{"error":{"code":1"#])
    func none(body: String) {
        #expect(GraphError.decode(Array(body.utf8)) == nil)
    }
}

@Suite struct GraphUsageTests {
    @Test("The headers are read as Meta documents them")
    func headers() {
        let usage = GraphUsage(
            businessUseCase:
                #"{"8101":[{"type":"whatsapp","call_count":42,"total_cputime":10,"total_time":12,"estimated_time_to_regain_access":7}],"17":[{"call_count":"3"}]}"#,
            app: #"{"call_count":28,"total_time":91,"total_cputime":5}"#,
            retryAfter: "120"
        )
        #expect(
            usage.business == [
                GraphUsage.Share(id: "17", type: nil, callCount: 3, totalCPUTime: 0, totalTime: 0, minutesToRegainAccess: 0),
                GraphUsage.Share(id: "8101", type: "whatsapp", callCount: 42, totalCPUTime: 10, totalTime: 12, minutesToRegainAccess: 7),
            ]
        )
        #expect(usage.app == GraphUsage.Share(id: "", type: nil, callCount: 28, totalCPUTime: 5, totalTime: 91, minutesToRegainAccess: 0))
        #expect(usage.retryAfter == .seconds(120))
        #expect(usage.peak == 91)
    }

    @Test(
        "Headers that are absent or broken tell nothing",
        arguments: [nil, "", "x", "[]", "{}", #"{"a":1}"#, #"{"a":[{"call_count":-5}]}"#, #"{"call_count":"1e400"}"#])
    func broken(value: String?) {
        let usage = GraphUsage(businessUseCase: value, app: value, retryAfter: value)
        #expect(usage.peak == 0)
        #expect(usage.retryAfter == nil)
    }

    @Test(
        "Retry-After is seconds or a date",
        arguments: [
            ("0", .seconds(0)), ("99999999999", .seconds(604_800)), ("-1", nil), ("Thu, 01 Jan 1970 00:00:00 GMT", .at(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", .at(784_111_777)), ("Tue, 29 Feb 2000 23:59:59 GMT", .at(951_868_799)),
            ("Fri, 31 Dec 2027 12:00:00 GMT", .at(1_830_254_400)), ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("Sun, 06 Foo 1994 08:49:37 GMT", nil),
            ("Sun, 99 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 99999999999999 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 25:49:37 GMT", nil),
        ] as [(String, GraphUsage.RetryAfter?)]
    )
    func retryAfter(header: String, expected: GraphUsage.RetryAfter?) {
        #expect(GraphUsage(businessUseCase: nil, app: nil, retryAfter: header).retryAfter == expected)
    }
}
