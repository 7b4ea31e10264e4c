import NIOCore
import NIOHTTP1
import Testing
import TransportTestSupport

@testable import Transport

@Suite(.timeLimit(.minutes(5))) struct HTTPBodyTests {
    @Test("A client that expects 100 gets it when the body is read")
    func continues() async throws {
        try await withServer(handler: describe) { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
                #expect(try await connection.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
                try await connection.send("abc")
                #expect(try await connection.readResponse().body == "POST /a 3 abc")
                try await connection.send("GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.readResponse().body == "GET /b 0 ")
            }
        }
    }

    @Test("A client that expects 100 gets only the answer if the body is not wanted, and the connection is closed")
    func doesNotContinue() async throws {
        try await withServer { _ in
            .response(.text(.forbidden, "no"))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
                let text = await connection.readAll()
                #expect(text.hasPrefix("HTTP/1.1 403 "))
                #expect(text.contains("\r\nConnection: close\r\n"))
            }
        }
    }

    @Test(
        "A small body that the handler leaves is skipped, and the connection goes on",
        arguments: ["Content-Length: 5\r\n\r\nabcde", "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"])
    func skipsSmallBodies(body: String) async throws {
        try await withServer { request in
            .response(.text(.ok, request.path))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("POST /a HTTP/1.1\r\nHost: a\r\n\(body)GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.readResponse().body == "/a")
                #expect(try await connection.readResponse().body == "/b")
            }
        }
    }

    @Test("A large body that the handler leaves is not read to its end; the answer arrives, and the connection is closed")
    func givesUpLargeBodies() async throws {
        var configuration = HTTPServer.Configuration()
        configuration.unreadBodyLimit = 1000
        try await withServer(configuration) { request in
            .response(.text(.payloadTooLarge, request.path))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n" + String(repeating: "x", count: 500_000))
                let text = await connection.readAll()
                #expect(text.hasPrefix("HTTP/1.1 413 "))
                #expect(text.contains("\r\nConnection: close\r\n"))
                #expect(text.hasSuffix("\r\n\r\n/a"))
            }
        }
    }

    @Test("A chunked body above the limit closes the connection after the answer")
    func givesUpLargeChunkedBodies() async throws {
        var configuration = HTTPServer.Configuration()
        configuration.unreadBodyLimit = 1000
        try await withServer(configuration) { request in
            .response(.text(.ok, request.path))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                #expect(try await connection.readResponse().body == "/a")
                try await connection.send("1000\r\n" + String(repeating: "x", count: 4096) + "\r\n")
                #expect(await connection.readAll() == "")
            }
        }
    }

    @Test("A large body arrives whole, in parts")
    func takesLargeBodies() async throws {
        let length = 8 << 20
        try await withServer { request in
            var sum = 0
            var parts = 0
            do {
                for try await part in request.body {
                    sum += part.readableBytes
                    parts += 1
                }
            } catch {
                return .response(.text(.internalServerError, "\(error)"))
            }
            return .response(.text(.ok, "\(sum) \(parts > 1)"))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n")
                for _ in 0..<(length >> 16) { try await connection.send(Array(repeating: 7, count: 1 << 16)) }
                #expect(try await connection.readResponse().body == "\(length) true")
            }
        }
    }

    @Test("A body that is not read holds its sender")
    func holdsTheSender() async throws {
        let sent = Collected.Count()
        let total = 64 << 20
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        try await withServer { request in
            for await _ in gate { break }
            var sum = 0
            do {
                for try await part in request.body { sum += part.readableBytes }
            } catch {
                return .response(.text(.internalServerError, "\(error)"))
            }
            return .response(.text(.ok, "\(sum)"))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: \(total)\r\n\r\n")
                let channel = connection.channel
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for _ in 0..<(total >> 16) {
                            try await channel.writeAndFlush(ByteBuffer(repeating: 7, count: 1 << 16))
                            _ = sent.add(1 << 16)
                        }
                    }
                    try await untilConstant { sent.add(0) }
                    // What fits into two sockets' buffers, and not more.
                    #expect(sent.add(0) < total / 2)
                    opener.finish()
                    try await group.waitForAll()
                }
                #expect(try await connection.readResponse().body == "\(total)")
            }
        }
    }

    @Test("A body that ends with the connection throws in the handler")
    func noticesTheEnd() async throws {
        let (errors, continuation) = AsyncStream.makeStream(of: HTTPBodyInterrupted.self)
        try await withServer { request in
            do {
                _ = try await request.body.collect(upTo: 1000)
            } catch {
                if let error = error as? HTTPBodyInterrupted { continuation.yield(error) }
            }
            continuation.finish()
            return .response(.init(status: .ok))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
            }
            #expect(await errors.first { _ in true } == .connectionClosed)
        }
    }

    // MARK: - Responses

    @Test("A stream of known length goes out as it is, one of unknown length in chunks")
    func streams() async throws {
        try await withServer { request in
            .response(
                .init(
                    status: .ok,
                    body: .stream(length: request.path == "/known" ? 5 : nil) { writer in
                        try await writer.write("ab")
                        try await writer.write("")
                        try await writer.write("cde")
                    }))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET /known HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.readResponse().body == "abcde")
                try await connection.send("GET /unknown HTTP/1.1\r\nHost: a\r\n\r\n")
                let head = try await connection.readResponse()
                #expect(head.field("transfer-encoding") == "chunked")
                #expect(try await connection.read(until: "0\r\n\r\n") == "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n")
                try await connection.send("HEAD /unknown HTTP/1.1\r\nHost: a\r\n\r\nGET /known HTTP/1.0\r\n\r\n")
                #expect(try await connection.readResponse(withoutBody: true).status == 200)
                #expect(await connection.readAll().hasSuffix("\r\n\r\nabcde"))
            }
        }
    }

    @Test("A stream for HTTP/1.0 ends with the connection")
    func streamsToOldClients() async throws {
        try await withServer { _ in
            .response(.init(status: .ok, body: .stream(length: nil) { try await $0.write("abc") }))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                let text = await connection.readAll()
                #expect(text.hasSuffix("\r\n\r\nabc"))
                #expect(!text.contains("chunked"))
            }
        }
    }

    @Test("A stream that throws, or has another length than declared, cuts the connection", arguments: ["throws", "short", "long", "chunks"])
    func cutsBrokenStreams(kind: String) async throws {
        try await withServer { _ in
            .response(
                .init(
                    status: .ok,
                    body: .stream(length: kind == "chunks" ? nil : 5) { writer in
                        try await writer.write("abc")
                        switch kind {
                        case "short": break
                        case "long": try await writer.write("defg")
                        default: throw TestError.tooSlow
                        }
                    }))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                let text = await connection.readAll()
                #expect(text.hasSuffix(kind == "chunks" ? "3\r\nabc\r\n" : "\r\n\r\nabc"))
            }
        }
    }

    @Test("A reader that does not read holds the writer, and gets everything in the end")
    func holdsTheWriter() async throws {
        let written = Collected.Count()
        let total = 64 << 20
        try await withServer { _ in
            .response(
                .init(
                    status: .ok,
                    body: .stream(length: total) { writer in
                        for _ in 0..<(total >> 16) {
                            try await writer.write(ByteBuffer(repeating: 7, count: 1 << 16))
                            _ = written.add(1 << 16)
                        }
                    }))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                try await untilConstant { written.add(0) }
                #expect(written.add(0) < total / 2)
                _ = try await connection.readResponse(withoutBody: true)
                #expect(try await connection.read(total).count == total)
            }
        }
    }

    @Test("Large bytes arrive whole although the connection closes behind them")
    func sendsAllBeforeClosing() async throws {
        let length = 4 << 20
        try await withServer { _ in
            .response(.init(status: .ok, body: .bytes(ByteBuffer(repeating: 7, count: length))))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                _ = try await connection.readResponse(withoutBody: true)
                #expect(try await connection.read(length).count == length)
                #expect(await connection.readAll() == "")
            }
        }
    }

    @Test("A request's body can be streamed back while it arrives")
    func relays() async throws {
        try await withServer { request in
            .response(
                .init(
                    status: .ok,
                    body: .stream(length: nil) { writer in
                        for try await part in request.body { try await writer.write(part) }
                    }))
        } _: { port in
            try await withRawConnection(to: port) { connection in
                try await connection.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
                _ = try await connection.readResponse(withoutBody: true)
                #expect(try await connection.read(until: "a\r\n") == "1\r\na\r\n")
                try await connection.send("2\r\nbc\r\n0\r\n\r\n")
                #expect(try await connection.read(until: "0\r\n\r\n") == "2\r\nbc\r\n0\r\n\r\n")
                try await connection.send("GET /again HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.readResponse(withoutBody: true).status == 200)
            }
        }
    }
}

/// Waits until a figure stops growing. There is no event for "nothing more happens"; the pause is long against a loop's turn.
func untilConstant(_ figure: () -> Int) async throws {
    var last = -1
    while figure() != last || last == 0 {
        last = figure()
        try await Task.sleep(for: .milliseconds(150))
    }
}
