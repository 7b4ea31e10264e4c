import AppService
import AsyncHTTPClient
import Bridge
import NIOCore
import Protocol
import Synchronization
import Testing

@Suite struct GraphClientTests {
    static let answer = #"{"messaging_product":"whatsapp","contacts":[{"input":"+4917600","wa_id":"4917600"}],"messages":[{"id":"wamid.OUT"}]}"#
    static let message = GraphMessage(to: .phone("4917600"), content: .text("Grüße", previewURL: false), callbackData: "m-5")

    /// Sends a message to a server that follows a script.
    private func send(
        _ script: [ScriptedServer.Step],
        scheme: String = "http",
        host: String? = nil,
        timeout: Duration = .seconds(20),
        credentials: GraphCredentials = GraphCredentials(accessToken: Secret("TOKEN-1")),
        number: String = "1090",
        version: String = "v25.0"
    ) async throws -> (result: GraphResult<GraphReceipt>, requests: [String]) {
        let server = try ScriptedServer(script)
        defer { server.stop() }
        var clientConfiguration = GraphClient.clientConfiguration
        // The client's shutdown waits for a connection in the making.
        clientConfiguration.timeout.connect = .seconds(1)
        let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: clientConfiguration)
        let configuration = GraphClient.Configuration(
            baseURL: "\(scheme)://\(host ?? "127.0.0.1:\(server.port)")",
            version: version,
            timeout: timeout
        )
        let result = await GraphClient(client: client, configuration: configuration).send(Self.message, from: number, with: credentials)
        try await client.shutdown()
        return (result, server.requests)
    }

    @Test("An accepted message is sent once, as Meta documents it")
    func accepted() async throws {
        let (result, requests) = try await send([.answer(status: 200, headers: ["x-fb-trace-id: Abc"], body: Self.answer)])
        #expect(result.outcome == .accepted(GraphReceipt(wamid: "wamid.OUT", waID: "4917600")))
        #expect(result.traceID == "Abc")
        #expect(requests.count == 1)
        let request = try #require(requests.first)
        #expect(request.hasPrefix("POST /v25.0/1090/messages HTTP/1.1\r\n"))
        let lines = request.split(separator: "\r\n").map { $0.lowercased() }
        #expect(lines.contains("authorization: bearer token-1"))
        #expect(lines.contains("content-type: application/json"))
        #expect(lines.contains("user-agent: whatsapp-connector"))
        #expect(
            request.hasSuffix(
                #"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+4917600","type":"text","text":{"body":"Grüße","preview_url":false},"biz_opaque_callback_data":"m-5"}"#
            )
        )
    }

    @Test("A message to a user ID is accepted with that ID")
    func acceptedForUser() async throws {
        let body = #"{"contacts":[{"input":"DE.77","user_id":"DE.77"}],"messages":[{"id":"wamid.OUT","message_status":"accepted"}]}"#
        let (result, _) = try await send([.answer(status: 200, body: body)])
        #expect(result.outcome == .accepted(GraphReceipt(wamid: "wamid.OUT", userID: "DE.77")))
        #expect(result.usage == GraphUsage(businessUseCase: nil, app: nil, retryAfter: nil))
    }

    @Test("Calls prove that they come from the app's owner, if its secret is known")
    func proof() async throws {
        let credentials = GraphCredentials(accessToken: Secret("TOKEN-1"), appSecret: Secret("app-secret"))
        let (_, requests) = try await send([.answer(status: 200, body: Self.answer)], credentials: credentials)
        // Made by openssl.
        let proof = "d8f83d758f6baf4ac6ea1916962335822c643bb64d871b5dcb617296027a7edf"
        #expect(requests.first?.hasPrefix("POST /v25.0/1090/messages?appsecret_proof=\(proof) HTTP/1.1\r\n") == true)
    }

    @Test("Usage headers are read from successes and errors", arguments: [200, 400])
    func usage(status: Int) async throws {
        let headers = [
            #"X-Business-Use-Case-Usage: {"8101":[{"type":"whatsapp","call_count":76,"total_cputime":1,"total_time":2,"estimated_time_to_regain_access":3}]}"#,
            #"X-App-Usage: {"call_count":5,"total_time":6,"total_cputime":7}"#, "Retry-After: 9",
        ]
        let (result, _) = try await send([.answer(status: status, headers: headers, body: status == 200 ? Self.answer : #"{"error":{"code":80007}}"#)]
        )
        #expect(result.usage?.peak == 76)
        #expect(result.usage?.business.first?.minutesToRegainAccess == 3)
        #expect(result.usage?.app?.callCount == 5)
        #expect(result.usage?.retryAfter == .seconds(9))
    }

    @Test(
        "An error of the Graph API says that Meta did not take the message, whatever the status",
        arguments: [400, 401, 403, 429, 500, 503, 200]
    )
    func rejected(status: Int) async throws {
        let body =
            #"{"error":{"message":"(#131009) bad","type":"OAuthException","code":131009,"error_data":{"details":"malformed"},"fbtrace_id":"A"}}"#
        let (result, _) = try await send([.answer(status: status, body: body)])
        #expect(
            result.outcome
                == .rejected(GraphError(code: 131_009, type: "OAuthException", message: "(#131009) bad", details: "malformed", traceID: "A"))
        )
    }

    @Test("A refusal by something in front of the Graph API is a refusal", arguments: [302, 400, 404, 413, 429])
    func refusedByTheEdge(status: Int) async throws {
        let (result, requests) = try await send([
            .answer(status: status, headers: ["Location: /elsewhere"], body: "<html>no</html>"), .answer(status: 200, body: Self.answer),
        ])
        guard case .rejected(let error) = result.outcome else {
            Issue.record("\(result.outcome)")
            return
        }
        #expect(error.code == nil)
        #expect(error.isTransient == (status == 429))
        #expect(error.message == "HTTP \(status) without an error of the Graph API")
        // A redirect would carry the token away.
        #expect(requests.count == 1)
    }

    static let ambiguous: [(String, ScriptedServer.Step)] = [
        ("closed without an answer", .close),
        ("reset without an answer", .reset),
        ("no answer in time", .stall),
        ("the edge's 502", .answer(status: 502, body: "<html>Bad Gateway</html>")),
        ("the edge's empty 503", .answer(status: 503, body: "")),
        ("the edge's 504", .answer(status: 504, body: "{}")),
        ("the edge's 408", .answer(status: 408, body: "")),
        ("a success that is no JSON", .answer(status: 200, body: "OK")),
        ("a success without a message", .answer(status: 200, body: #"{"messages":[]}"#)),
        ("an empty success", .answer(status: 200, body: "")),
        ("a success too large to read", .answer(status: 200, body: answer + String(repeating: " ", count: 70_000))),
        ("a success that breaks off", .send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"messages\":[{\"id\":\"wamid")),
        ("a head that breaks off", .send("HTTP/1.1 200 OK\r\nContent-Le")),
        ("no HTTP at all", .send("220 mail ready\r\n\r\n")),
    ]

    @Test("When the request was taken but its answer is lost, nobody knows, and nobody asks twice", arguments: ambiguous)
    func answerIsLost(name: String, step: ScriptedServer.Step) async throws {
        let timeout: Duration = if case .stall = step { .milliseconds(500) } else { .seconds(20) }
        let (result, requests) = try await send([step, .answer(status: 200, body: Self.answer)], timeout: timeout)
        guard case .ambiguous(let reason) = result.outcome else {
            Issue.record("\(name): \(result.outcome)")
            return
        }
        #expect(!reason.isEmpty)
        #expect(requests.count == 1)
    }

    @Test("An answer whose body never ends is given up in time, and nobody knows")
    func endlessAnswer() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"
        let (result, _) = try await send([.interrupt(head)], timeout: .milliseconds(500))
        guard case .ambiguous = result.outcome else {
            Issue.record("\(result.outcome)")
            return
        }
    }

    @Test("The client gives a connection 10 s, follows no redirect and tries no connection twice")
    func clientConfiguration() {
        let configuration = GraphClient.clientConfiguration
        #expect(configuration.timeout.connect == .seconds(10))
        #expect(configuration.connectionPool.retryConnectionEstablishment == false)
        #expect(
            GraphClient.Configuration() == GraphClient.Configuration(baseURL: "https://graph.facebook.com", version: "v25.0", timeout: .seconds(30)))
    }

    @Test("A refused connection means that nothing was sent")
    func connectionRefused() async throws {
        let (result, requests) = try await send([])
        #expect(result.outcome == .notSent("connection refused"))
        #expect(requests.isEmpty)
        #expect(result.usage == nil)
    }

    @Test("A host that does not exist means that nothing was sent")
    func unknownHost() async throws {
        let (result, _) = try await send([], host: "graph.invalid")
        guard case .notSent = result.outcome else {
            Issue.record("\(result.outcome)")
            return
        }
    }

    @Test(
        "TLS that fails, or hangs, means that nothing was sent",
        arguments: [ScriptedServer.Step.interrupt("HTTP/1.1 400 Bad Request\r\n\r\n"), .interrupt("")]
    )
    func noTLS(step: ScriptedServer.Step) async throws {
        let (result, requests) = try await send([step], scheme: "https", timeout: .milliseconds(800))
        guard case .notSent = result.outcome else {
            Issue.record("\(result.outcome)")
            return
        }
        #expect(requests.isEmpty)
    }

    @Test("What cannot be called is not called", arguments: ["", "10/90", "1090?x=1", "10 90", "..", "1090\r\n"])
    func badNumber(number: String) async throws {
        let (result, requests) = try await send([.answer(status: 200, body: Self.answer)], number: number)
        guard case .notSent = result.outcome else {
            Issue.record("\(result.outcome)")
            return
        }
        #expect(requests.isEmpty)
    }

    @Test("A token that cannot stand in a header is not sent and not shown")
    func brokenToken() async throws {
        let credentials = GraphCredentials(accessToken: Secret("EAAG\r\nX: 1"))
        let (result, requests) = try await send([.answer(status: 200, body: Self.answer)], credentials: credentials)
        guard case .notSent(let reason) = result.outcome else {
            Issue.record("\(result.outcome)")
            return
        }
        #expect(!reason.contains("EAAG"))
        #expect(requests.isEmpty)
    }

    @Test("An error that quotes the token does not carry it on")
    func quotedToken() async throws {
        let body =
            #"{"error":{"message":"Malformed access token TOKEN-1","code":190,"error_data":{"details":"TOKEN-1TOKEN-1"},"error_user_msg":"x TOKEN-1 y"}}"#
        let (result, _) = try await send([.answer(status: 401, body: body)])
        guard case .rejected(let error) = result.outcome else {
            Issue.record("\(result.outcome)")
            return
        }
        #expect(error.message == "Malformed access token (secret)")
        #expect(error.details == "(secret)(secret)")
        #expect(error.userMessage == "x (secret) y")
    }

    @Test("A cancelled call is told from an unanswered one only by what left us")
    func cancelled() async throws {
        let server = try ScriptedServer([.stall])
        defer { server.stop() }
        let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: GraphClient.clientConfiguration)
        let graph = GraphClient(client: client, configuration: GraphClient.Configuration(baseURL: server.baseURL))
        let outcome = await withTaskGroup(of: GraphOutcome<GraphReceipt>?.self) { group in
            group.addTask { await graph.send(Self.message, from: "1090", with: GraphCredentials(accessToken: Secret("T"))).outcome }
            while server.requests.isEmpty { await Task.yield() }
            group.cancelAll()
            return await group.next() ?? nil
        }
        try await client.shutdown()
        guard case .ambiguous = outcome else {
            Issue.record("\(String(describing: outcome))")
            return
        }
    }

    @Test("A read receipt goes where messages go")
    func readReceipt() async throws {
        let server = try ScriptedServer([.answer(status: 200, body: #"{"success":true}"#), .answer(status: 200, body: #"{"success":false}"#)])
        defer { server.stop() }
        let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: GraphClient.clientConfiguration)
        let graph = GraphClient(client: client, configuration: GraphClient.Configuration(baseURL: server.baseURL + "/"))
        let credentials = GraphCredentials(accessToken: Secret("T"))
        let done = await graph.markRead(GraphReadReceipt(messageID: "wamid.IN"), at: "1090", with: credentials)
        let unclear = await graph.markRead(GraphReadReceipt(messageID: "wamid.IN", showsTyping: true), at: "1090", with: credentials)
        try await client.shutdown()
        #expect(done.outcome == .accepted(GraphSuccess(success: true)))
        #expect(unclear.outcome == .ambiguous("the answer 200 could not be read"))
        #expect(server.requests.first?.hasPrefix("POST /v25.0/1090/messages HTTP/1.1\r\n") == true)
        #expect(server.requests.first?.hasSuffix(#"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.IN"}"#) == true)
        #expect(
            server.requests.last?.hasSuffix(
                #"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.IN","typing_indicator":{"type":"text"}}"#
            ) == true
        )
    }
}

@Suite struct GraphSenderTests {
    /// Lets the sender send one message to a server that follows a script.
    private func send(
        to aliases: [Alias],
        _ script: [ScriptedServer.Step],
        token: String? = "T"
    ) async throws -> (result: SendResult, requests: [String], peak: Int?) {
        let server = try ScriptedServer(script)
        defer { server.stop() }
        let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: GraphClient.clientConfiguration)
        let peak = Mutex<Int?>(nil)
        let sender = GraphSender(
            client: GraphClient(client: client, configuration: GraphClient.Configuration(baseURL: server.baseURL)),
            credentials: { account in account == "8101" ? token.map { GraphCredentials(accessToken: Secret($0)) } : nil },
            observe: { _, usage in peak.withLock { $0 = usage.peak } }
        )
        let request = SendRequest(
            number: PhoneNumberID(rawValue: "1090"),
            account: "8101",
            recipient: aliases,
            messageID: "m-5",
            content: .text("Hallo"),
            quotes: Wamid(rawValue: "wamid.IN")
        )
        let result = await sender.send(request)
        try await client.shutdown()
        return (result, server.requests, peak.withLock { $0 })
    }

    @Test(
        "A message goes to the name that Meta serves best",
        arguments: [
            ([.businessScopedUserID("DE.77"), .phone("4917600")], #""to":"+4917600""#),
            ([.parentBusinessScopedUserID("DE.ENT.5"), .businessScopedUserID("DE.77")], #""recipient":"DE.77""#),
            ([.parentBusinessScopedUserID("DE.ENT.5")], #""recipient":"DE.ENT.5""#),
            ([.group("G1")], #""recipient_type":"group""#),
        ] as [([Alias], String)]
    )
    func recipient(aliases: [Alias], written: String) async throws {
        let (result, requests, peak) = try await send(
            to: aliases, [.answer(status: 200, headers: [#"X-App-Usage: {"call_count":9}"#], body: GraphClientTests.answer)])
        #expect(result == .accepted(Wamid(rawValue: "wamid.OUT")))
        #expect(peak == 9)
        let request = try #require(requests.first)
        #expect(request.contains(written))
        #expect(request.contains(#""biz_opaque_callback_data":"m-5""#))
        #expect(request.contains(#""context":{"message_id":"wamid.IN"}"#))
        #expect(request.contains(#""text":{"body":"Hallo","preview_url":false}"#))
    }

    @Test("Each outcome keeps its class")
    func outcomes() async throws {
        let phone = [Alias.phone("4917600")]
        let body = #"{"error":{"code":131056,"error_subcode":7,"is_transient":true,"message":"m","error_data":{"details":"too fast"}}}"#
        let refused = try await send(to: phone, [.answer(status: 400, body: body)]).result
        #expect(refused == .refused(DeliveryError(code: 131_056, subcode: 7, isTransient: true, details: "too fast")))
        guard case .notSent = try await send(to: phone, []).result else {
            Issue.record("a refused connection")
            return
        }
        guard case .ambiguous = try await send(to: phone, [.close]).result else {
            Issue.record("a lost answer")
            return
        }
        let edge = try await send(to: phone, [.answer(status: 404, body: "")]).result
        #expect(edge == .refused(DeliveryError(code: 1, details: "HTTP 404 without an error of the Graph API")))
    }

    @Test("Without a token nothing is sent, and the account counts as not authorised", arguments: [nil, ""])
    func noToken(token: String?) async throws {
        let (result, requests, _) = try await send(to: [.phone("4917600")], [.answer(status: 200, body: GraphClientTests.answer)], token: token)
        #expect(result == .refused(DeliveryError(code: 190, details: "No access token is stored for the account.")))
        #expect(requests.isEmpty)
    }

    @Test("Without any name nothing is sent")
    func noRecipient() async throws {
        let (result, requests, _) = try await send(to: [], [.answer(status: 200, body: GraphClientTests.answer)])
        guard case .refused = result else {
            Issue.record("\(result)")
            return
        }
        #expect(requests.isEmpty)
    }
}
