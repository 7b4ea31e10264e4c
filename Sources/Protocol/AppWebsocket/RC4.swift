/// The stream cipher that the protocol prescribes (AppWebsocket, Session key). Weak by today's standards; use it for nothing else.
struct RC4 {
    private var state: [UInt8]
    private var first: UInt8 = 0
    private var second: UInt8 = 0

    /// - Parameter key: 1 to 256 bytes count; an empty key leaves the state unmixed
    init(key: [UInt8]) {
        state = Array(0...255)
        guard !key.isEmpty else { return }
        var other: UInt8 = 0
        for index in 0..<256 {
            other = other &+ state[index] &+ key[index % key.count]
            state.swapAt(index, Int(other))
        }
    }

    /// Encrypts or decrypts from the beginning of the stream.
    consuming func applied(to bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        for index in result.indices {
            first &+= 1
            second = second &+ state[Int(first)]
            state.swapAt(Int(first), Int(second))
            result[index] ^= state[Int(state[Int(first)] &+ state[Int(second)])]
        }
        return result
    }
}
