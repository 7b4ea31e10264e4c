import Foundation
import Testing

@Suite("Readers of foreign bytes", .timeLimit(.minutes(5)))
struct FuzzTests {
    private static let scale = ProcessInfo.processInfo.environment["CONNECTOR_TEST_SCALE"].flatMap { UInt64($0) } ?? 1
    private static let seed = ProcessInfo.processInfo.environment["CONNECTOR_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...(.max))

    @Test("No mutated input breaks what has to hold", arguments: ["envelope", "tokenizer", "webhook", "html", "config", "filename"])
    func mutatedInputs(target: String) throws {
        let folder = try TemporaryFolder()
        let progress = "\(folder.path)/progress"
        let result = try Binary.run(
            [target, "--count", "\(2_000 * Self.scale)", "--seed", "\(Self.seed)", "--progress", progress], executable: "fuzz-parsers")
        #expect(
            result.exitCode == 0, "\(result.errors); at \((try? String(contentsOfFile: progress, encoding: .utf8)) ?? "no input")")
        #expect(result.output.contains("\(2_000 * Self.scale) inputs"))
    }

    @Test("What is under way stands in the progress file, so that an input can be tried again")
    func progress() throws {
        let folder = try TemporaryFolder()
        let progress = "\(folder.path)/progress"
        _ = try Binary.run(["config", "--count", "3", "--first", "7", "--seed", "5", "--progress", progress], executable: "fuzz-parsers")
        #expect(try String(contentsOfFile: progress, encoding: .utf8) == "config --seed 5 --first 00000000000000000009\n")
    }

    /// A hostile body, as large as a body may be.
    struct Body: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var start: String
        var element: String
        var end: String

        init(_ testDescription: String, _ start: String, _ element: String, _ end: String) {
            self.testDescription = testDescription
            self.start = start
            self.element = element
            self.end = end
        }

        func bytes(_ size: Int) -> Data {
            var data = Data(start.utf8)
            let count = (size - start.utf8.count - end.utf8.count) / element.utf8.count
            for _ in 0..<count { data.append(contentsOf: element.utf8) }
            data.append(contentsOf: end.utf8)
            return data
        }
    }

    private static let entries = #"{"object":"whatsapp_business_account","entry":["#
    private static let messages =
        entries + #"{"id":"1","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"1"},"messages":["#

    static let webhooks = [
        Body("deep nesting", "", "[", ""),
        Body("a long name", #"{""#, "k", #"":1}"#),
        Body("a long number", "[", "9", "]"),
        Body("lone surrogates", #"[""#, #"\ud800"#, #""]"#),
        Body("a long text", messages + #"{"from":"4917","id":"w","timestamp":"1","type":"text","text":{"body":""#, "x", #""}}]}}]}]}"#),
        Body("messages", messages, #"{"from":"4917","id":"w","timestamp":"1","type":"text","text":{"body":"x"}},"#, "{}]}}]}]}"),
        Body("repeated names", "{", #""a":1,"#, #""a":1}"#),
        Body("many elements", "[", "0,", "0]"),
        Body("many entries", entries, "{},", "{}]}"),
        Body("many messages", messages, "{},", "{}]}}]}]}"),
    ]

    @Test("The largest hostile notification takes three times its size, in memory, at most", arguments: webhooks)
    func memory(body: Body) throws {
        let folder = try TemporaryFolder()
        let size = 4 * 1024 * 1024
        func peak(_ bytes: Data) throws -> Int {
            let file = "\(folder.path)/body"
            try bytes.write(to: URL(fileURLWithPath: file))
            let result = try Binary.run(["webhook", "--file", file], executable: "fuzz-parsers")
            #expect(result.exitCode == 0, "\(result.errors)")
            return try #require(Int(result.output.split(separator: "\n").last ?? "")) * 1024
        }
        let bytes = body.bytes(size)
        #expect(bytes.count <= size && bytes.count > size - 200)
        let extra = try peak(bytes) - peak(Data("{}".utf8))
        #expect(extra <= 3 * size, "\(extra / size) times the body")
    }
}
