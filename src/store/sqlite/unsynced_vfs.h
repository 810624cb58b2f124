// A simulated disk that loses unsynced data, for tests of power failures.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <memory>
#include <string>

namespace gyr::store::sqlite {

/// A SQLite VFS that keeps writes in memory until they are synced; only then do they reach the real file. At a chosen
/// moment the power fails: every later write, truncation, deletion and sync fails. After all connections are closed,
/// settle() leaves the real files as a disk could: a random part of the unsynced data, in any order, torn into sectors.
/// Locks and shared memory are those of the system, so that several connections and threads work as usual.
///
/// Registered under its name during its lifetime; use the name for SqliteOptions::vfs. Thread-safe, except settle().
class UnsyncedVfs {
 public:
  explicit UnsyncedVfs(std::string name);
  ~UnsyncedVfs();
  UnsyncedVfs(const UnsyncedVfs&) = delete;
  UnsyncedVfs& operator=(const UnsyncedVfs&) = delete;

  const std::string& name() const { return name_; }
  /// The number of writes, truncations and syncs so far.
  uint64_t operations() const { return operations_.load(); }
  /// The power fails after this many further operations.
  void fail_after(uint64_t operations) { last_operation_.store(operations_.load() + operations); }
  bool has_failed() const { return operations() > last_operation_.load(); }
  /// Only syncs fail, until this is turned off: a disk that reports errors.
  void fail_syncs(bool fail) { syncs_fail_.store(fail); }
  /// Call it after all files are closed: writes the result of the failure, by seed. The power is then on again.
  void settle(uint64_t seed);

 private:
  struct Disk;
  struct File;
  struct Methods;
  friend struct Methods;
  /// Counts an operation; returns false when the power is off.
  bool spend() { return operations_.fetch_add(1) + 1 <= last_operation_.load(); }

  std::string name_;
  sqlite3_vfs* system_;
  sqlite3_vfs vfs_{};
  std::unique_ptr<Disk> disk_;
  std::atomic<uint64_t> operations_{0};
  std::atomic<uint64_t> last_operation_{UINT64_MAX};
  std::atomic<bool> syncs_fail_{false};
};

}  // namespace gyr::store::sqlite
