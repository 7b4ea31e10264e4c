import Glibc

/// Which input is under way, in a file that outlives a crash of the process: `seed S input I`, in decimal.
struct Progress {
    private let memory: UnsafeMutablePointer<UInt8>
    private let prefix: Int
    private static let digits = 20

    /// Nil if the file cannot be made.
    init?(path: String, target: String, seed: UInt64) {
        let text = Array("\(target) --seed \(seed) --first ".utf8)
        let size = text.count + Self.digits + 1
        let file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard ftruncate(file, size) == 0, let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), mapped != MAP_FAILED else {
            return nil
        }
        memory = mapped.assumingMemoryBound(to: UInt8.self)
        prefix = text.count
        for (index, byte) in text.enumerated() { memory[index] = byte }
        memory[size - 1] = 0x0A
    }

    /// Notes the input before it is tried. What is written to mapped memory is in the file whatever becomes of the process.
    func note(_ index: UInt64) {
        var rest = index
        for place in (prefix..<(prefix + Self.digits)).reversed() {
            memory[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
    }
}
