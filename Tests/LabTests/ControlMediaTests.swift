import Logging
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import Transport

@testable import Lab

/// The control API's part in files and message types.
@Suite struct ControlMediaTests {
    private let lab = Lab(configuration: LabConfiguration(), clock: .still(), logger: Logger(label: "lab"))

    private func answer(
        _ method: HTTPMethod, _ uri: String, headers: HTTPHeaders = [:], body: [UInt8] = []
    ) async throws -> (response: HTTPResponse, body: [UInt8]) {
        var all: HTTPHeaders = ["Host": "localhost"]
        all.add(contentsOf: headers)
        let request = HTTPRequest(method: method, uri: uri, headers: all, body: HTTPRequestBody(ByteBuffer(bytes: body)))
        guard case .response(let response) = await LabRouter(lab: lab).answer(request) else { throw LabError("a WebSocket") }
        return (response, Array(try await response.body.collect(upTo: 1 << 24).readableBytesView))
    }

    private func send(_ arguments: String) async throws -> (status: HTTPResponseStatus, body: LabJSON) {
        let answer = try await answer(
            .POST, "/lab/api/customer", headers: ["Content-Type": "application/json"], body: Array(#"{"customer":"ada",\#(arguments)}"#.utf8))
        return (answer.response.status, try LabJSON(parsing: answer.body))
    }

    @Test(
        "Every type can be sent",
        arguments: [
            (#""type":"image","caption":"cat""#, "image"), (#""type":"video""#, "video"), (#""type":"audio""#, "audio"),
            (#""type":"voice""#, "audio"), (#""type":"document","name":"a.pdf","size":1000,"seed":3"#, "document"),
            (#""type":"sticker","animated":true"#, "sticker"), (#""type":"location""#, "location"),
            (#""type":"location","latitude":1.5,"longitude":2"#, "location"), (#""type":"contacts""#, "contacts"),
            (#""type":"contacts","cards":[{"name":{"formatted_name":"B","first_name":"B"}}]"#, "contacts"),
            (#""type":"button","text":"Yes""#, "button"), (#""type":"buttonReply","id":"1","title":"Yes""#, "interactive"),
            (#""type":"listReply","id":"1","title":"Yes""#, "interactive"), (#""type":"flowReply","response":"{}""#, "interactive"),
            (#""type":"order","catalogID":"1","items":[{"productID":"p","price":2.5}]"#, "order"),
            (#""type":"changedNumber","to":"491760000099""#, "system"), (#""type":"changedUserID""#, "system"),
            (#""type":"requestWelcome""#, "request_welcome"), (#""type":"edit","target":"w","content":{"text":"new"}"#, "edit"),
            (#""type":"revoke","target":"w""#, "revoke"), (#""type":"unsupported","kind":"poll_creation""#, "unsupported"),
            (#""type":"unknown""#, "unknown"), (#""type":"hologram","object":{"frames":3}"#, "hologram"),
            (#""text":"Hi","quoting":"w","forwarded":true,"product":{"catalogID":"1","productID":"2"},"group":"G""#, "text"),
            (#""text":"Hi","referral":{"sourceURL":"https://example.com","sourceID":"1"}"#, "text"),
            (#""text":"Hi","echo":true"#, "text"),
        ])
    func types(_ arguments: String, _ type: String) async throws {
        let sent = try await send(arguments)
        #expect(sent.status == .ok)
        let message = try #require(lab.meta.message(sent.body["wamid"]?.string ?? ""))
        #expect(message.type == type && message.isEcho == arguments.contains("echo"))
        #expect(["image", "video", "audio", "document", "sticker"].contains(type) == (message.attachment != nil))
    }

    @Test(
        "What is wrong is refused with a sentence",
        arguments: [
            #""type":"location","latitude":91,"longitude":0"#, #""type":"contacts","cards":[{"name":{}}]"#, #""type":"contacts","cards":[]"#,
            #""type":"document","size":100000001"#, #""type":"document","size":-1"#, #""type":"order","catalogID":"1","items":[{"productID":"p"}]"#,
            #""type":"edit","target":"w""#, #""type":"edit","target":"w","content":{"type":"edit","target":"w","content":{"text":"x"}}"#,
            #""type":"changedNumber","to":"+49 1""#, #""text":"x","delay":-1"#, #""text":"x","product":{}"#,
        ])
    func refusals(_ arguments: String) async throws {
        let answer = try await send(arguments)
        #expect(answer.status == .badRequest)
        #expect(answer.body["error"]?.string?.hasSuffix(".") == true)
    }

    @Test("The state tells of files, places and cards, and the files can be fetched")
    func files() async throws {
        for type in ["image", "document", "location", "contacts"] { #expect(try await send(#""type":"\#(type)""#).status == .ok) }
        let state = try LabJSON(parsing: try await answer(.GET, "/lab/api/state").body)
        let messages = try #require(state["customers"]?.array?.first?["chats"]?.array?.first?["messages"]?.array)
        let image = try #require(messages[0]["file"])
        let shown = try await answer(.GET, try #require(image["url"]?.string))
        #expect(shown.body == LabSample.jpeg)
        #expect(shown.response.headers["Content-Type"] == ["image/jpeg"] && shown.response.headers["Content-Disposition"] == ["inline"])
        let document = try #require(messages[1]["file"])
        #expect(document["name"]?.string == "Offer 4711.pdf" && document["size"]?.integer == Int64(LabSample.pdf.count))
        let saved = try await answer(.GET, try #require(document["url"]?.string), headers: ["Range": "bytes=0-3"])
        #expect(saved.response.status == .partialContent && saved.body == Array("%PDF".utf8))
        #expect(saved.response.headers["Content-Disposition"] == ["attachment; filename*=UTF-8''Offer%204711.pdf"])
        #expect(messages[2]["location"]?["name"]?.string == "Market square")
        #expect(messages[3]["contacts"]?.array?.first?["vcard"] == nil)
        #expect(try await answer(.GET, "/lab/files/whatsapp/4711").response.status == .notFound)
    }

    @Test(
        "Whatever a stranger calls a file, nothing in it runs in the page",
        arguments: ["text/html", "image/svg+xml", "application/pdf", "a/b\r\nX: y"])
    func strangers(_ mimeType: String) async throws {
        let wamid = try lab.meta.send(
            .file(.document(.bytes(Array("<script>".utf8)), name: "../\"é\r\n.html", mimeType: mimeType)), from: "ada")
        let id = try #require(lab.meta.attachment(of: wamid)?.mediaID)
        let headers = try await answer(.GET, "/lab/files/whatsapp/\(id)").response.headers
        #expect(headers["Content-Type"] == ["application/octet-stream"] && headers["X-Content-Type-Options"] == ["nosniff"])
        #expect(headers["Content-Security-Policy"] == ["default-src 'none'; sandbox"])
        #expect(headers["Content-Disposition"] == ["attachment; filename*=UTF-8''.._%22%C3%A9%0D%0A.html"])
    }

    @Test("A file of the computer is sent as it is")
    func uploads() async throws {
        let uri = "/lab/api/customer/file?customer=ada&type=document&name=a%20b.txt&mimeType=text%2Fplain&caption=Here"
        let bytes = Array("Hello".utf8)
        let sent = try await answer(.POST, uri, headers: ["Content-Type": "application/octet-stream"], body: bytes)
        #expect(sent.response.status == .ok)
        let message = try #require(lab.meta.chat(of: "ada").first)
        #expect(message.text == "Here" && message.attachment?.name == "a b.txt" && message.attachment?.mimeType == "text/plain")
        #expect(try lab.meta.bytes(of: message.wamid) == bytes)
        #expect(try await answer(.POST, uri, headers: ["Content-Type": "text/plain"], body: bytes).response.status == .unsupportedMediaType)
        let wrong = "/lab/api/customer/file?customer=ada&type=nothing"
        #expect(
            try await answer(.POST, wrong, headers: ["Content-Type": "application/octet-stream"], body: bytes).response.status == .badRequest)
    }

    @Test(
        "Every fault of a media request is known, and others are refused",
        arguments: [
            (#""step":"download","kind":"cut","percent":10"#, true), (#""step":"download","kind":"slow","bytesPerSecond":1000"#, true),
            (#""step":"download","kind":"wrongBytes""#, true), (#""step":"download","kind":"expiredURL""#, true),
            (#""step":"resolve","kind":"page","status":503,"times":3"#, true), (#""step":"resolve","kind":"error","code":190"#, true),
            (#""step":"upload","kind":"hang""#, true), (#""step":"upload","kind":"drop""#, true), (#""step":"upload","kind":"acceptThenDrop""#, true),
            (#""step":"upload","kind":"odd""#, false), (#""step":"odd","kind":"drop""#, false),
        ])
    func faults(_ arguments: String, _ isKnown: Bool) async throws {
        let answer = try await answer(
            .POST, "/lab/api/fault", headers: ["Content-Type": "application/json"], body: Array(#"{"system":"meta",\#(arguments)}"#.utf8))
        #expect(answer.response.status == (isKnown ? .ok : .badRequest))
    }

    @Test("The customer sees for 25 s that somebody is typing, or until the answer")
    func typing() throws {
        let now = lab.clock.now()
        let wamid = try lab.meta.send(.text("Hi"), from: "ada")
        let number = lab.configuration.numbers[0].id
        func post(_ body: String) -> GraphReply {
            lab.meta.state.withLock {
                $0.core.reply(
                    to: GraphRequest(
                        method: "POST", path: "/v25.0/\(number)/messages", authorization: "Bearer LAB-ACCESS-TOKEN", body: Array(body.utf8)), now: now
                )
            }
        }
        _ = post(#"{"messaging_product":"whatsapp","status":"read","message_id":"\#(wamid)","typing_indicator":{"type":"text"}}"#)
        #expect(lab.meta.typingUntil(customer: "ada", number: number) == now + 25_000)
        #expect(lab.meta.typingUntil(customer: "grace", number: number) == nil)
        _ = post(#"{"messaging_product":"whatsapp","to":"+491760000001","type":"text","text":{"body":"x"}}"#)
        #expect(lab.meta.typingUntil(customer: "ada", number: number) == nil)
    }
}
