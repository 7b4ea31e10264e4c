/// One import of one source file.
struct SourceImport: Equatable {
    /// The file, seen from the package's folder.
    var file: String
    /// The module; of a submodule or of a single declaration the module that it is in.
    var module: String

    /// The imports of a file, whatever stands before and behind the word: attributes, access, the kind of a declaration.
    static func all(in text: String, file: String) -> [SourceImport] {
        text.matches(of: importLine).map { SourceImport(file: file, module: String($0.1)) }
    }

    private static var importLine: Regex<(Substring, Substring)> {
        /^[ \t]*(?:@[A-Za-z_]+(?:\([^)\n]*\))?[ \t]+)*(?:(?:public|package|internal|fileprivate|private)[ \t]+)?import[ \t]+(?:(?:struct|class|enum|protocol|typealias|func|let|var|actor)[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)/
            .anchorsMatchLineEndings()
    }
}
