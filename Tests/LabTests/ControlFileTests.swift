import Logging
import NIOCore
import NIOHTTP1
import Testing
import Transport

@testable import Lab

@Suite struct ControlFileTests {
    private let lab = Lab(configuration: LabConfiguration(), clock: .still(), logger: Logger(label: "lab"))

    private func response(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard case .response(let response) = await LabRouter(lab: lab).answer(request) else { throw LabError("a WebSocket") }
        return response
    }

    private func answer(_ path: String, type: String, _ body: ByteBuffer) async throws -> (status: HTTPResponseStatus, body: LabJSON) {
        let headers: HTTPHeaders = ["Host": "localhost", "Content-Type": type]
        let response = try await response(
            HTTPRequest(method: .POST, uri: "/lab/api/\(path)", headers: headers, body: HTTPRequestBody(body)))
        return (response.status, try LabJSON(parsing: String(buffer: try await response.body.collect(upTo: 1 << 20))))
    }

    private func upload(_ bytes: [UInt8], _ query: String) async throws -> String {
        let result = try await answer("files?\(query)", type: "application/octet-stream", ByteBuffer(bytes: bytes))
        guard let key = result.body["file"]?.string else { throw LabError("\(result.status)") }
        return key
    }

    private func post(_ json: String) async throws -> (status: HTTPResponseStatus, body: LabJSON) {
        try await answer("post", type: "application/json", ByteBuffer(string: json))
    }

    private func get(_ path: String, range: String? = nil) async throws -> HTTPResponse {
        var headers: HTTPHeaders = ["Host": "localhost"]
        if let range { headers.add(name: "Range", value: range) }
        return try await response(HTTPRequest(method: .GET, uri: path, headers: headers))
    }

    @Test("A colleague's files come by key, are told in the state, and are handed out")
    func posting() async throws {
        let picture = try await upload([0x89, 0x50], "name=Foto%20%C3%BC.png&type=image/png")
        let other = try await upload([1, 2, 3], "name=..%2Fa.html&type=text/html")
        let result = try await post(#"{"author":"anna","files":["\#(picture)","\#(other)"]}"#)
        #expect(result.body.text() == #"{"id":4294967301}"#)
        let state = LabSnapshot(lab: lab).state
        #expect(
            state["posts"]?.array?.first?["files"]?.text() == """
                [{"id":4294967301,"name":"Foto ü.png","mime":"image/png","size":2},\
                {"id":4294967302,"name":"a.html","mime":"text/html","size":3}]
                """)
        let shown = try await get("/lab/api/posts/4294967301/files/4294967301")
        #expect(shown.status == .ok && shown.headers.first(name: "Content-Type") == "image/png")
        #expect(try await shown.body.collect(upTo: 10).readableBytes == 2)
        #expect(try await get("/lab/api/posts/4294967301/files/4294967302", range: "bytes=1-").status == .partialContent)
    }

    @Test(
        "Nothing in a file runs on the page: only pictures and sounds are shown, everything else is kept",
        arguments: [
            ("image/png", "image/png", "inline"), ("image/webp", "image/webp", "inline"), ("audio/ogg", "audio/ogg", "inline"),
            ("image/svg+xml", "application/octet-stream", "attachment"), ("text/html", "application/octet-stream", "attachment"),
            ("application/pdf", "application/octet-stream", "attachment"), ("", "application/octet-stream", "attachment"),
            ("text/html\r\nX-Evil: 1", "application/octet-stream", "attachment"),
        ])
    func inert(_ mime: String, _ type: String, _ disposition: String) async throws {
        let id = try lab.connect.post(
            ConnectHumanPost(
                author: "anna", text: "x", topic: "whatsapp", files: [ConnectHumanFile(name: "a\"\r\nb", mime: mime, source: .bytes([1]))]))
        let response = try await get("/lab/api/posts/\(id)/files/4294967301")
        #expect(response.headers.first(name: "Content-Type") == type)
        #expect(response.headers.first(name: "Content-Disposition") == "\(disposition); filename*=UTF-8''a%22b")
        #expect(response.headers.first(name: "X-Content-Type-Options") == "nosniff")
        #expect(response.headers.first(name: "Content-Security-Policy") == "sandbox; default-src 'none'")
    }

    @Test("What there is not is refused")
    func refusals() async throws {
        #expect(try await post(#"{"author":"anna","files":["0"]}"#).status == .badRequest)
        #expect(try await post(#"{"author":"anna","files":[]}"#).status == .badRequest)
        #expect(try await answer("files?name=a", type: "text/plain", ByteBuffer(string: "x")).status == .unsupportedMediaType)
        for path in ["posts/1/files/1", "posts/1/files", "posts/x/files/1", "posts/1/files/1/2", "posts/-1/files/1"] {
            #expect(try await get("/lab/api/\(path)").status == .notFound)
        }
    }

    @Test(
        "Faults with files are planned",
        arguments: [
            (#"{"system":"connect","way":"upload","kind":"status","status":503,"times":2}"#, ConnectFileFault(.status(503), times: 2)),
            (#"{"system":"connect","way":"download","kind":"cut","percent":25}"#, ConnectFileFault(.cut(after: 0.25), on: .download)),
            (#"{"system":"connect","way":"push","kind":"storageFull"}"#, ConnectFileFault(.status(507), on: .push)),
            (
                #"{"system":"connect","way":"pull","kind":"slow","bytesPerSecond":9,"skipping":1}"#,
                ConnectFileFault(.slow(bytesPerSecond: 9), on: .pull, skipping: 1)
            ),
            (#"{"system":"connect","way":"upload","kind":"missing"}"#, ConnectFileFault(.missing)),
            (#"{"system":"connect","way":"odd","kind":"missing"}"#, nil), (#"{"system":"connect","way":"upload","kind":"odd"}"#, nil),
        ])
    func faults(_ json: String, _ fault: ConnectFileFault?) async throws {
        let status = try await answer("fault", type: "application/json", ByteBuffer(string: json)).status
        #expect(status == (fault == nil ? .badRequest : .ok))
        #expect(lab.connect.plannedFileFaults == [fault].compactMap(\.self))
    }

    @Test("Files that nobody uses are forgotten, the oldest first")
    func capacity() throws {
        let file = try lab.files.make(.bytes([1]))
        let keys = (0...200).map { _ in lab.uploads.add(LabUploads.Upload(name: "a", mime: "", file: file)) }
        #expect(throws: LabError.self) { try lab.uploads.upload(keys[0]) }
        #expect(try lab.uploads.upload(keys[1]).name == "a")
        #expect(Set(keys).count == 201)
    }
}
