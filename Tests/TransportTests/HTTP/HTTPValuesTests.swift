import NIOCore
import NIOHTTP1
import Testing

@testable import Transport

@Suite struct HTTPValuesTests {
    @Test(
        "A date is written as HTTP wants it",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"), (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
            (4_102_444_800, "Fri, 01 Jan 2100 00:00:00 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        ])
    func writesDates(seconds: Int, text: String) {
        #expect(HTTPDate.text(secondsSince1970: seconds) == text)
    }

    @Test("A body is collected up to the limit and refused above it")
    func collectsBodies() async throws {
        let body = HTTPRequestBody(ByteBuffer(string: "hello"))
        #expect(body.length == 5)
        #expect(try await String(buffer: body.collect(upTo: 5)) == "hello")
        #expect(try await HTTPRequestBody().collect(upTo: 0) == ByteBuffer())
        await #expect(throws: HTTPBodyTooLarge(limit: 4)) { try await HTTPRequestBody(ByteBuffer(string: "hello")).collect(upTo: 4) }
    }

    @Test("A body of unknown length is refused when it passes the limit")
    func collectsUnknownLengths() async throws {
        let body = HTTPRequestBody(length: nil) { ByteBuffer(string: "again ") }
        await #expect(throws: HTTPBodyTooLarge(limit: 100)) { try await body.collect(upTo: 100) }
    }

    @Test("A response's body can be collected whatever it is")
    func collectsResponses() async throws {
        #expect(try await HTTPResponseBody.empty.collect(upTo: 0).readableBytes == 0)
        #expect(try await String(buffer: HTTPResponse.text(.ok, "a").body.collect(upTo: 1)) == "a")
        let stream = HTTPResponseBody.stream(length: nil) { writer in
            try await writer.write("a")
            try await writer.write(ByteBuffer(string: "b"))
        }
        #expect(try await String(buffer: stream.collect(upTo: 2)) == "ab")
        await #expect(throws: HTTPBodyTooLarge(limit: 1)) { try await stream.collect(upTo: 1) }
    }

    @Test("A body may take its allowance and what its bytes grant, and pauses of the reader do not count")
    func pacesBodies() {
        var pace = BodyPace(allowance: .seconds(30), minimumRate: 500)
        #expect(pace.deadline(from: .seconds(100)) == .seconds(130))
        pace.received(1000, after: .seconds(10))
        #expect(pace.deadline(from: .seconds(200)) == .seconds(222))
        pace.received(1, after: .seconds(20))
        #expect(pace.deadline(from: .seconds(300)) == .seconds(302) + .milliseconds(2))
    }
}
