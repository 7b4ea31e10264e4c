import Foundation
import Lab
import Testing

@Suite("A second service on the same data") struct SecondProcessTests {
    @Test("It refuses to serve and says why, and the first goes on as before")
    func second() async throws {
        try await CrashBench.open(LabConfiguration()) { bench in
            let first = try bench.start()
            _ = try await first.ready()
            let configuration = try String(contentsOfFile: bench.configurationPath, encoding: .utf8)
            // Ports of its own, so that it is the data that it meets.
            let path = bench.path("second.yaml")
            let other = configuration.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                line.hasPrefix("listen:") ? "listen: 127.0.0.1:0" : line.hasPrefix("operations:") ? "operations: 127.0.0.1:0" : String(line)
            }
            try other.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
            let second = try ServeProcess(configuration: path)
            #expect(await second.ended() == .exited(1))
            #expect(second.log.contains("Instance example.com/whatsapp is already served by another process (process "))
            #expect(second.log.contains("); end that one first."))
            try bench.lab.meta.send(.text("in0x1"), from: "ada")
            try await bench.lab.connect.wait(until: "the first one posts") { $0.posts.count == 1 }
            await first.terminate()
        }
    }
}
