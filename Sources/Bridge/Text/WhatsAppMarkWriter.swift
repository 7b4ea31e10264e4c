/// Writes a styled text with WhatsApp's marks. A mark is only written where WhatsApp will read it as one; elsewhere its words stand without it.
enum WhatsAppMarkWriter {
    private struct Span {
        var range: Range<Int>
        var mark: WhatsAppMark
        /// The mark's place from the outside at the span's first character.
        var depth: Int
    }

    static func write(_ text: StyledText) -> [Unicode.Scalar] {
        let protected = ProtectedRanges(text.scalars)
        var output: [Unicode.Scalar] = []
        output.reserveCapacity(text.scalars.count)
        var start = 0
        while start <= text.scalars.count {
            let end = text.scalars[start...].firstIndex(of: "\n") ?? text.scalars.count
            let spans = WhatsAppMark.allCases.flatMap { Self.spans(of: $0, in: start..<end, text, protected) }
            writeLine(start..<end, text.scalars, spans, to: &output)
            if end < text.scalars.count { output.append("\n") }
            start = end + 1
        }
        return output
    }

    /// The stretches of a line that carry the mark and can be written with it.
    private static func spans(of mark: WhatsAppMark, in line: Range<Int>, _ text: StyledText, _ protected: ProtectedRanges) -> [Span] {
        var result: [Span] = []
        var index = line.lowerBound
        while index < line.upperBound {
            guard text.styles[index].depth(of: mark) != nil else {
                index += 1
                continue
            }
            var end = index
            while end < line.upperBound, text.styles[end].depth(of: mark) != nil { end += 1 }
            var range = index..<end
            index = end
            while !range.isEmpty, TextScalars.isSpace(text.scalars[range.lowerBound]) { range = range.dropFirst() }
            while !range.isEmpty, TextScalars.isSpace(text.scalars[range.upperBound - 1]) { range = range.dropLast() }
            guard !range.isEmpty, WhatsAppMarks.isEnd(text.scalars, before: range.upperBound),
                !protected.splits(at: range.lowerBound), !protected.splits(at: range.upperBound),
                !range.contains(where: { text.scalars[$0] == mark.scalar && !protected.contains($0) })
            else { continue }
            result.append(Span(range: range, mark: mark, depth: text.styles[range.lowerBound].depth(of: mark) ?? 0))
        }
        return result
    }

    private static func writeLine(_ line: Range<Int>, _ scalars: [Unicode.Scalar], _ spans: [Span], to output: inout [Unicode.Scalar]) {
        let sorted = spans.sorted {
            ($0.range.lowerBound, -$0.range.upperBound, $0.depth) < ($1.range.lowerBound, -$1.range.upperBound, $1.depth)
        }
        var next = 0
        var open: [Span] = []
        var afterClosing = false
        let lineStart = output.count
        for index in line.lowerBound...line.upperBound {
            while let last = open.last, last.range.upperBound == index {
                output.append(last.mark.scalar)
                afterClosing = true
                open.removeLast()
            }
            while next < sorted.count, sorted[next].range.lowerBound == index {
                let span = sorted[next]
                next += 1
                let crosses = open.last.map { span.range.upperBound > $0.range.upperBound } ?? false
                let fits = output.count == lineStart || WhatsAppMarks.mayOpen(span.mark, after: output[output.count - 1], closing: afterClosing)
                guard !crosses, fits else { continue }
                output.append(span.mark.scalar)
                afterClosing = false
                open.append(span)
            }
            guard index < line.upperBound else { break }
            output.append(scalars[index])
            afterClosing = false
        }
    }
}
