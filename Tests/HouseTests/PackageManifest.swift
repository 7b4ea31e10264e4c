/// What Package.swift says about targets, read as text.
struct PackageManifest: Equatable {
    struct Target: Equatable {
        enum Kind: String {
            case library = ".target"
            case executable = ".executableTarget"
            case test = ".testTarget"
        }

        var kind: Kind
        var name: String
        /// The folder, if it is not the usual one.
        var path: String?
        var targetDependencies: [String]
        var productDependencies: [String]

        var moduleName: String { name.replacing("-", with: "_") }
        var folder: String { path ?? (kind == .test ? "Tests/\(name)" : "Sources/\(name)") }
    }

    var targets: [Target]

    /// Reads the targets of a manifest: every call of `.target`, `.executableTarget` or `.testTarget` in its own parentheses.
    init(text: String) {
        let code = text.split(separator: "\n", omittingEmptySubsequences: false).map { Self.withoutComment(String($0)) }.joined(separator: "\n")
        targets = code.matches(of: /\.(target|executableTarget|testTarget)\(/).compactMap { match in
            guard let kind = Target.Kind(rawValue: "." + match.1), let body = Self.body(in: code[match.range.upperBound...]) else { return nil }
            guard let name = body.firstMatch(of: /name:\s*"([^"]+)"/) else { return nil }
            let list = body.firstMatch(of: /dependencies:\s*\[/).flatMap { Self.body(in: body[$0.range.upperBound...]) } ?? ""
            let products = list.matches(of: /\.product\(\s*name:\s*"([^"]+)"[^)]*\)/)
            let rest = list.replacing(/\.product\([^)]*\)/, with: "")
            return Target(
                kind: kind,
                name: String(name.1),
                path: body.firstMatch(of: /\bpath:\s*"([^"]+)"/).map { String($0.1) },
                targetDependencies: rest.matches(of: /"([^"]+)"/).map { String($0.1) },
                productDependencies: products.map { String($0.1) }
            )
        }
    }

    /// The target that a file belongs to, by its path seen from the package's folder.
    func target(ofFile file: String) -> Target? {
        targets.filter { file.hasPrefix($0.folder + "/") }.max { $0.folder.count < $1.folder.count }
    }

    /// The text up to the bracket that closes the one before it.
    private static func body(in text: Substring) -> Substring? {
        var depth = 1
        for index in text.indices {
            switch text[index] {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            default: break
            }
            if depth == 0 { return text[..<index] }
        }
        return nil
    }

    private static func withoutComment(_ line: String) -> String {
        line.replacing(/(^|\s)\/\/.*$/, with: "")
    }
}
