import AppService
import ArgumentParser
import Glibc

/// The process's standard input, as far as commands read it.
enum StandardInput {
    /// No secret is longer than this, in bytes.
    private static let limit = 4_096

    /// Reads a secret: one line, with or without its line end. From a terminal it is asked for and not shown.
    ///
    /// - Throws: `ValidationError` if there is nothing, or more than one line of text.
    static func secret(prompt: String) throws -> Secret {
        let isTerminal = isatty(STDIN_FILENO) == 1
        var bytes = isTerminal ? try hidden(prompt: prompt) : try read(untilLineEnd: false)
        for end: UInt8 in [0x0A, 0x0D] where bytes.last == end { bytes.removeLast() }
        guard !bytes.isEmpty else { throw ValidationError("Standard input holds no password: give it as one line") }
        guard bytes.count <= limit, let text = String(validating: bytes, as: UTF8.self),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw ValidationError("The password on standard input must be one line of text without control characters")
        }
        return Secret(text)
    }

    private static func hidden(prompt: String) throws -> [UInt8] {
        StandardError.write(prompt)
        defer { StandardError.write("\n") }
        var shown = termios()
        guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return try read(untilLineEnd: true) }
        var hidden = shown
        // Without ISIG, so that Ctrl-C cannot leave a terminal behind that shows nothing; it becomes a character that is refused.
        hidden.c_lflag &= ~tcflag_t(ECHO | ISIG)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else { return try read(untilLineEnd: true) }
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown) }
        return try read(untilLineEnd: true)
    }

    /// Reads until the end, or the end of the first line; not much more than is allowed.
    private static func read(untilLineEnd: Bool) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1_024)
        while bytes.count <= limit + 2 {
            let count = Glibc.read(STDIN_FILENO, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ValidationError("Standard input cannot be read (\(String(cString: strerror(errno))))") }
            if count == 0 { break }
            bytes += piece.prefix(count)
            if untilLineEnd, bytes.last == 0x0A { break }
        }
        return bytes
    }
}
