import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// `lab` and `serve` as two processes that know of each other only what the configuration file says, driven through the lab's pages' API.
@Suite("Serve and lab as processes") struct ServeAndLabTests {
    @Test("A customer's text reaches Connect, an answer reaches the phone, and a private post stays")
    func conversation() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "connector-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let port = try FreePort()
        let file = folder.appending(path: "lab.yaml").path
        let process = try ChildProcess(
            ["lab", "--listen", "127.0.0.1:0", "--service", "http://127.0.0.1:\(port.port)"], outputFile: file)
        let lab = LabPages(base: try await Self.address(of: process))

        let service = try ServeProcess(configuration: file, environment: ["WHATSAPP_CONNECTOR_OPERATIONS": "127.0.0.1:0"])
        let addresses = try await service.ready()
        #expect(addresses.application == "http://127.0.0.1:\(port.port)")

        try await lab.call("customer", ["customer": "ada", "text": "Grüße aus Köln 😀"])
        let asked = try await lab.state(until: "the text is posted") { $0.posts.count == 1 }
        let root = try #require(asked.posts.first)
        #expect(root.text.contains("Grüße aus Köln 😀"))
        #expect(root.title == "Ada Lovelace")
        #expect(root.topic == "whatsapp")

        try await lab.call("post", ["author": "anna", "text": "what do we say?", "repliesTo": root.id, "private": true, "notify": ["ben"]])
        try await lab.call("post", ["author": "ben", "text": "Guten Tag & <hallo>!", "repliesTo": root.id])
        let answered = try await lab.state(until: "the answer is read") { $0.received(by: "ada").first?.status == "read" }
        #expect(answered.received(by: "ada").map(\.text) == ["Guten Tag & <hallo>!"])
        #expect(answered.posts.count == 3)
        #expect(answered.violations.isEmpty)

        await service.terminate()
        #expect(await process.terminate() == .exited(0), "\(process.log)")
    }

    /// Where the lab is, once it has said so; its configuration file is complete by then.
    private static func address(of lab: ChildProcess) async throws -> String {
        for await line in lab.lines {
            guard let start = line.range(of: "The lab is at "), let end = line.range(of: "/ and expects", range: start.upperBound..<line.endIndex)
            else { continue }
            return String(line[start.upperBound..<end.lowerBound])
        }
        throw ServeProcess.NotReady(log: lab.log)
    }
}

/// The lab's control API, as its demo page uses it.
private struct LabPages {
    struct State: Decodable {
        struct Post: Decodable {
            var id: UInt64
            var text: String
            var title: String?
            var topic: String
        }
        struct Customer: Decodable {
            struct Chat: Decodable {
                var messages: [Message]
            }
            struct Message: Decodable {
                var direction: String
                var text: String
                var status: String
            }
            var key: String
            var chats: [Chat]
        }
        struct Violation: Decodable {
            var rule: String
        }
        var posts: [Post]
        var customers: [Customer]
        var violations: [Violation]

        /// What a customer's phone shows of the company.
        func received(by key: String) -> [Customer.Message] {
            customers.filter { $0.key == key }.flatMap(\.chats).flatMap(\.messages).filter { $0.direction == "fromBusiness" }
        }
    }

    struct Refusal: Error {
        var text: String
    }

    let base: String

    func call(_ name: String, _ arguments: [String: any Sendable]) async throws {
        var request = HTTPClientRequest(url: "\(base)/lab/api/\(name)")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: arguments)))
        _ = try await answer(to: request)
    }

    /// Asks until the condition holds.
    func state(until what: String, _ condition: (State) -> Bool) async throws -> State {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(20)
        while true {
            let state = try JSONDecoder().decode(State.self, from: Data(try await answer(to: HTTPClientRequest(url: "\(base)/lab/api/state"))))
            if condition(state) { return state }
            guard clock.now < end else { throw Refusal(text: "Not within 20 s: \(what)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func answer(to request: HTTPClientRequest) async throws -> [UInt8] {
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let body = try await response.body.collect(upTo: 4 * 1_024 * 1_024)
        guard response.status == .ok else { throw Refusal(text: String(buffer: body)) }
        return Array(buffer: body)
    }
}
