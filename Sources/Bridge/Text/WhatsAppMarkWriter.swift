/// Writes a styled text with WhatsApp's marks. A mark is only written where WhatsApp will read it as one; elsewhere its words stand without it.
enum WhatsAppMarkWriter {
    private struct Span {
        var range: Range<Int>
        var mark: WhatsAppMark
        /// The mark's place from the outside at the span's first character.
        var depth: Int
    }

    private struct Line {
        var range: Range<Int>
        var spans: [Span]
    }

    /// A pair of marks in the output.
    private struct Pair {
        var line: Int
        var span: Int
        var start: Int
        var end: Int
    }

    static func write(_ text: StyledText) -> [Unicode.Scalar] {
        var lines = self.lines(of: text)
        // A mark that was typed as a character may pair with one of ours. So what was written is read as WhatsApp reads it, and the pairs that it does
        // not see are left out. That may free a typed mark to pair with yet another one; a line that keeps failing goes without pairs.
        for round in 1...3 {
            let (output, pairs) = write(lines, text.scalars)
            let lost = lost(pairs, in: output, lines)
            if lost.isEmpty { return output }
            for pair in lost.reversed() {
                if round < 3 {
                    lines[pair.line].spans.remove(at: pair.span)
                } else {
                    lines[pair.line].spans.removeAll { WhatsAppMarks.mark(of: $0.mark.scalar) != nil }
                }
            }
        }
        return write(lines, text.scalars).output
    }

    private static func lines(of text: StyledText) -> [Line] {
        let protected = ProtectedRanges(text.scalars)
        var lines: [Line] = []
        var start = 0
        while start <= text.scalars.count {
            let end = text.scalars[start...].firstIndex(of: "\n") ?? text.scalars.count
            let spans = WhatsAppMark.allCases.flatMap { Self.spans(of: $0, in: start..<end, text, protected) }
            lines.append(
                Line(
                    range: start..<end,
                    spans: spans.sorted {
                        ($0.range.lowerBound, -$0.range.upperBound, $0.depth) < ($1.range.lowerBound, -$1.range.upperBound, $1.depth)
                    }))
            start = end + 1
        }
        return lines
    }

    private static func write(_ lines: [Line], _ scalars: [Unicode.Scalar]) -> (output: [Unicode.Scalar], pairs: [Pair]) {
        var output: [Unicode.Scalar] = []
        output.reserveCapacity(scalars.count)
        var pairs: [Pair] = []
        for (number, line) in lines.enumerated() {
            if number > 0 { output.append("\n") }
            writeLine(line, number: number, scalars, to: &output, &pairs)
        }
        return (output, pairs)
    }

    /// The pairs that WhatsApp does not read as such, in the order of lines and spans.
    private static func lost(_ pairs: [Pair], in output: [Unicode.Scalar], _ lines: [Line]) -> [Pair] {
        let roles = WhatsAppMarks.roles(in: output, protected: ProtectedRanges(output))
        let lost = pairs.filter { pair in
            let mark = lines[pair.line].spans[pair.span].mark
            return WhatsAppMarks.mark(of: mark.scalar) != nil && (roles[pair.start] != .opens || roles[pair.end] != .closes)
        }
        return lost.sorted { ($0.line, $0.span) < ($1.line, $1.span) }
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

    private static func writeLine(
        _ line: Line, number: Int, _ scalars: [Unicode.Scalar], to output: inout [Unicode.Scalar], _ pairs: inout [Pair]
    ) {
        let spans = line.spans
        var next = 0
        var open: [(span: Int, start: Int)] = []
        var afterClosing = false
        let lineStart = output.count
        for index in line.range.lowerBound...line.range.upperBound {
            while let last = open.last, spans[last.span].range.upperBound == index {
                pairs.append(Pair(line: number, span: last.span, start: last.start, end: output.count))
                output.append(spans[last.span].mark.scalar)
                afterClosing = true
                open.removeLast()
            }
            while next < spans.count, spans[next].range.lowerBound == index {
                let span = spans[next]
                next += 1
                let crosses = open.last.map { span.range.upperBound > spans[$0.span].range.upperBound } ?? false
                let fits = output.count == lineStart || WhatsAppMarks.mayOpen(span.mark, after: output[output.count - 1], closing: afterClosing)
                guard !crosses, fits else { continue }
                open.append((next - 1, output.count))
                output.append(span.mark.scalar)
                afterClosing = false
            }
            guard index < line.range.upperBound else { break }
            output.append(scalars[index])
            afterClosing = false
        }
    }
}
