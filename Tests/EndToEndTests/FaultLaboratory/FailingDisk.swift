import Foundation
import Glibc
import Synchronization

/// A disk that fails below the service: `Tests/failing-disk`, loaded into its process, refuses writes and flushes of one folder while it is
/// told to. Any process that was started with its environment obeys, one after the other.
final class FailingDisk: Sendable {
    /// What a failing disk says.
    enum Failure: Int32, CaseIterable, Sendable {
        case full = 28
        case inputOutput = 5
        case readOnly = 30
    }

    /// The plan as `failing-disk.c` reads it.
    private enum Field: Int {
        case after, count, error, seen, failed
    }

    private let folder: String
    private let path: String
    /// Five 64-bit numbers, shared with the process.
    private let plan: Mutex<Plan>

    /// - Parameters:
    ///   - folder: Whose files are meant.
    ///   - path: Where the plan may lie, outside of the folder.
    /// - Throws: `POSIXError` if that is not possible.
    init(of folder: String, plan path: String) throws {
        self.folder = folder
        self.path = path
        try Data(count: Plan.size).write(to: URL(fileURLWithPath: path))
        plan = Mutex(try Plan(path))
    }

    /// What makes the service write to this disk.
    var environment: [String: String] {
        ["LD_PRELOAD": Self.library, "FAILING_DISK_FOLDER": folder, "FAILING_DISK_PLAN": path]
    }

    /// Lets writes and flushes fail.
    /// - Parameters:
    ///   - next: Which one is the first, from 1.
    ///   - count: How many; with nil all until `heal`.
    func fail(with failure: Failure, next: Int = 1, count: Int? = nil) {
        plan.withLock { plan in
            plan[Field.count.rawValue] = 0
            plan[Field.error.rawValue] = Int64(failure.rawValue)
            plan[Field.after.rawValue] = plan[Field.seen.rawValue] + Int64(next)
            plan[Field.count.rawValue] = count.map(Int64.init) ?? .max
        }
    }

    /// Lets nothing fail any more.
    func heal() { plan.withLock { $0[Field.count.rawValue] = 0 } }

    /// How many writes and flushes there were.
    var seen: Int { plan.withLock { Int($0[Field.seen.rawValue]) } }

    /// How many of them failed.
    var failed: Int { plan.withLock { Int($0[Field.failed.rawValue]) } }

    /// It lies beside the test bundle.
    private static var library: String {
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        let candidates = [Bundle.main.bundleURL, URL(fileURLWithPath: executable).deletingLastPathComponent()]
        return candidates.map { $0.appendingPathComponent("libfailing-disk.so").path }.first(where: FileManager.default.fileExists) ?? ""
    }

    /// A file of numbers, mapped into memory.
    private struct Plan: ~Copyable {
        static let size = 5 * MemoryLayout<Int64>.size
        private let numbers: UnsafeMutablePointer<Int64>

        init(_ path: String) throws {
            let descriptor = open(path, O_RDWR | O_CLOEXEC)
            defer { close(descriptor) }
            guard descriptor >= 0, let memory = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
            else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            numbers = memory.bindMemory(to: Int64.self, capacity: 5)
        }

        deinit { munmap(numbers, Self.size) }

        subscript(index: Int) -> Int64 {
            get { numbers[index] }
            nonmutating set { numbers[index] = newValue }
        }
    }
}
