import NIOCore
import NIOHTTP1
import Testing

@testable import Transport

@Suite struct HTTPResponsePlanTests {
    private func plan(
        _ response: HTTPResponse, _ method: HTTPMethod = .GET, _ version: HTTPVersion = .http1_1, keeps: Bool = true
    ) throws -> (text: String, framing: HTTPResponsePlan.Framing, keeps: Bool) {
        let plan = try HTTPResponsePlan(response, method: method, version: version, keepsConnection: keeps, date: "D")
        return (String(buffer: plan.head), plan.framing, plan.keepsConnection)
    }

    @Test("A body of known length is framed by its length")
    func framesByLength() throws {
        let plan = try plan(.text(.ok, "hello"))
        #expect(plan.text == "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nDate: D\r\nContent-Length: 5\r\n\r\n")
        #expect(plan.framing == .length(5))
        #expect(plan.keeps)
    }

    @Test("An empty body has the length zero, except with 204 and 304")
    func framesEmptyBodies() throws {
        #expect(try plan(.init(status: .notFound)).text == "HTTP/1.1 404 Not Found\r\nDate: D\r\nContent-Length: 0\r\n\r\n")
        #expect(try plan(.init(status: .noContent)).text == "HTTP/1.1 204 No Content\r\nDate: D\r\n\r\n")
        #expect(try plan(.text(.notModified, "x")).framing == .none)
    }

    @Test("A stream without length is chunked for HTTP/1.1 and ends with the connection for HTTP/1.0")
    func framesStreams() throws {
        let response = HTTPResponse(status: .ok, body: .stream(length: nil) { _ in })
        #expect(try plan(response).text == "HTTP/1.1 200 OK\r\nDate: D\r\nTransfer-Encoding: chunked\r\n\r\n")
        let old = try plan(response, .GET, .http1_0)
        #expect(old.text == "HTTP/1.1 200 OK\r\nDate: D\r\nConnection: close\r\n\r\n")
        #expect(old.framing == .untilClose)
        #expect(!old.keeps)
        #expect(try plan(.init(status: .ok, body: .stream(length: 9) { _ in })).framing == .length(9))
    }

    @Test("The answer to HEAD names the length and has no body")
    func answersHead() throws {
        let plan = try plan(.text(.ok, "hello"), .HEAD)
        #expect(plan.text.contains("Content-Length: 5\r\n"))
        #expect(plan.framing == .none)
        #expect(try self.plan(.init(status: .ok, body: .stream(length: nil) { _ in }), .HEAD).framing == .none)
    }

    @Test("The connection field follows the versions' rules and the handler's wish")
    func namesTheConnection() throws {
        #expect(try plan(.init(status: .ok), keeps: false).text.contains("\r\nConnection: close\r\n"))
        #expect(try plan(.init(status: .ok), .GET, .http1_0).text.contains("\r\nConnection: keep-alive\r\n"))
        let wish = try plan(.init(status: .ok, headers: ["Connection": "close"]))
        #expect(!wish.keeps)
        #expect(wish.text.contains("\r\nConnection: close\r\n"))
    }

    @Test("Framing fields of a handler are replaced, so that no two lengths meet")
    func replacesFraming() throws {
        let response = HTTPResponse(
            status: .ok, headers: ["Content-Length": "99", "Transfer-Encoding": "chunked", "X": "1"], body: .bytes(ByteBuffer(string: "a")))
        #expect(try plan(response).text == "HTTP/1.1 200 OK\r\nX: 1\r\nDate: D\r\nContent-Length: 1\r\n\r\n")
    }

    @Test(
        "A response that would break the wire is not sent",
        arguments: [
            HTTPResponse(status: .continue),
            HTTPResponse(status: .ok, headers: ["X": "a\r\nInjected: 1"]),
            HTTPResponse(status: .ok, headers: ["X\r\nY": "a"]),
            HTTPResponse(status: .ok, headers: ["X Y": "a"]),
            HTTPResponse(status: .ok, headers: ["": "a"]),
            HTTPResponse(status: .custom(code: 299, reasonPhrase: "a\r\nb")),
        ])
    func refusesBrokenResponses(response: HTTPResponse) {
        #expect(throws: HTTPResponsePlan.Unsendable.self) { try plan(response) }
    }

    @Test("A chunk is its length in hexadecimal and its bytes")
    func composesChunks() {
        #expect(String(buffer: HTTPResponsePlan.chunk(ByteBuffer(string: "0123456789abcdefg"))) == "11\r\n0123456789abcdefg\r\n")
    }
}
