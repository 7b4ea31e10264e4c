/// How long things took, from the fastest to the slowest.
struct Latencies {
    private let sorted: [Int64]

    init(nanoseconds: [Int64]) { sorted = nanoseconds.sorted() }

    /// The milliseconds below which this share stayed.
    func milliseconds(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        return Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]) / 1e6
    }

    /// A JSON object with some shares and the slowest.
    var json: String {
        """
        {"p50":\(milliseconds(0.5)),"p90":\(milliseconds(0.9)),"p99":\(milliseconds(0.99)),"p999":\(milliseconds(0.999)),"max":\(milliseconds(1))}
        """
    }
}
