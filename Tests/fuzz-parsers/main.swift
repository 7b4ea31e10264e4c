import Foundation

// Gives readers of foreign bytes mutated inputs, and ends with an error at the first that breaks an invariant or takes more than a second:
//   fuzz-parsers TARGET [--count N] [--seed S] [--first I] [--corpus FOLDER] [--progress FILE]
//   fuzz-parsers TARGET --file FILE      reads one input, and prints the most memory that the process ever had, in KiB
// An input follows from its seed and number: what crashed is in the progress file, and --count 1 tries it again.

func end(_ sentence: String) -> Never {
    FileHandle.standardError.write(Data("fuzz-parsers: \(sentence)\n".utf8))
    exit(1)
}

func option(_ name: String) -> String? {
    let arguments = CommandLine.arguments
    guard let index = arguments.firstIndex(of: "--\(name)"), index + 1 < arguments.count else { return nil }
    return arguments[index + 1]
}

func number(_ name: String, else standard: UInt64) -> UInt64 {
    guard let text = option(name) else { return standard }
    guard let number = UInt64(text) else { end("--\(name) wants a number, not \(text)") }
    return number
}

guard let target = CommandLine.arguments.dropFirst().first.flatMap(FuzzTarget.init(rawValue:)) else {
    end("name a target: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
}

/// A file's bytes, without a second copy of them that would count as memory.
func contents(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let size = ftell(file)
    rewind(file)
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in count = fread(buffer.baseAddress, 1, size, file) }
}

/// The most memory that the process ever had, in KiB (proc(5), VmHWM).
func peakMemory() -> Int? {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    return status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }.flatMap { Int($0.filter(\.isNumber)) }
}

if let file = option("file") {
    guard let bytes = contents(of: file) else { end("\(file) cannot be read") }
    do throws(Broken) { try target.read(bytes) } catch { end("\(file): \(error.sentence)") }
    print(peakMemory().map(String.init) ?? "unknown")
    exit(0)
}

let seed = number("seed", else: .random(in: 0...(.max)))
let first = number("first", else: 0)
let count = number("count", else: 10_000)
let folder = option("corpus") ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Corpus").path
guard let mutator = try? target.mutator(corpus: folder) else { end("there is no corpus in \(folder)") }
let progress = option("progress").map { path in
    guard let progress = Progress(path: path, target: target.rawValue, seed: seed) else { end("\(path) cannot be written") }
    return progress
}
// Not by print, whose buffer a crash would take along.
FileHandle.standardOutput.write(Data("\(target.rawValue) --seed \(seed) --first \(first) --count \(count)\n".utf8))

let clock = ContinuousClock()
let start = clock.now
var last = start
for index in first..<(first + count) {
    progress?.note(index)
    var random = FuzzRandom(seed: seed, index: index)
    let bytes = mutator.input(&random)
    do throws(Broken) {
        try target.check(bytes)
    } catch {
        end("\(target.rawValue) --seed \(seed) --first \(index) --count 1: \(error.sentence): \(bytes.prefix(2_000).debugDescription)")
    }
    let now = clock.now
    if now - last > .seconds(1) { end("\(target.rawValue) --seed \(seed) --first \(index) --count 1: took \(now - last)") }
    last = now
}
let seconds = (clock.now - start) / .seconds(1)
print("\(count) inputs in \(Int(seconds.rounded())) s, \(Int(Double(count) / max(seconds, 0.001))) a second")
