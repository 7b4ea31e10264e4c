/// Where a value of the configuration stands.
enum SettingOrigin: Equatable, CustomStringConvertible {
    /// In a file, named as the operator named it.
    case file(String, line: Int?)
    /// In a variable of the environment.
    case environment(String)

    /// The same file at another line; without one, as before.
    func at(_ line: Int?) -> SettingOrigin {
        guard case .file(let name, _) = self, let line else { return self }
        return .file(name, line: line)
    }

    var description: String {
        switch self {
        case .file(let name, let line?): "\(name) line \(line)"
        case .file(let name, nil): name
        case .environment(let variable): "environment variable \(variable)"
        }
    }
}
