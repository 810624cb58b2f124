// Limits of a run, kept by the kernel: a control group (cgroup v2) for each run that has some.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gyr::process {

inline constexpr base::ErrorCode limits_unavailable{"GYR-P012"};  ///< the system does not let us keep them
inline constexpr base::ErrorCode memory_exhausted{"GYR-P013"};    ///< the run needed more memory than it may use

/// What a command and all its descendants may use together. Nothing set: whatever there is.
struct Limits {
  std::optional<int64_t> memory;     ///< bytes, above 0; nothing is swapped out
  std::optional<int64_t> millicpus;  ///< thousandths of a processor, 10 at least
  std::optional<int64_t> pids;       ///< processes and threads, above 0
  bool any() const { return memory || millicpus || pids; }
};

/// The control group files of the system; tests use a separate tree. Errors are errno values; 0 means no error.
class CgroupFiles {
 public:
  virtual ~CgroupFiles() = default;
  virtual std::expected<std::string, int> read(const std::filesystem::path& file);
  virtual int write(const std::filesystem::path& file, std::string_view text);
  virtual int make(const std::filesystem::path& folder);
  virtual int remove(const std::filesystem::path& folder);
  virtual std::vector<std::string> folders(const std::filesystem::path& folder);
};

/// Where cgroup v2 has a process: `membership` is the content of /proc/self/cgroup, `mounts` of /proc/self/mountinfo.
/// The error says what is missing.
base::Result<std::filesystem::path> own_cgroup(std::string_view membership, std::string_view mounts);

class RunCgroups;

/// The group of one run. The destructor removes it, or schedules its removal while processes still run in it.
class RunCgroup {
 public:
  RunCgroup(std::shared_ptr<RunCgroups> home, std::filesystem::path path)
      : home_(std::move(home)), path_(std::move(path)) {}
  RunCgroup(const RunCgroup&) = delete;
  RunCgroup& operator=(const RunCgroup&) = delete;
  ~RunCgroup();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::shared_ptr<RunCgroups> home_;
  std::filesystem::path path_;
};

/// All groups that this server makes, side by side in the group that it was started in and that was delegated to it. A
/// group with members may not pass controllers on, so at the first run with limits the server moves into a group of its
/// own beside them. Any thread. Made by make_shared.
class RunCgroups : public std::enable_shared_from_this<RunCgroups> {
 public:
  struct Place {
    std::filesystem::path membership = "/proc/self/cgroup";
    std::filesystem::path mounts = "/proc/self/mountinfo";
    int pid = 0;  ///< the server's
    /// The processes below the server, which the server moves itself.
    std::vector<int> (*descendants)(int pid) = nullptr;
    bool (*alive)(int pid) = nullptr;
  };

  RunCgroups(Place place, std::unique_ptr<CgroupFiles> files) : place_(std::move(place)), files_(std::move(files)) {}
  /// Those of the running server, with the real files.
  static std::shared_ptr<RunCgroups> of_this_server();

  base::Result<std::unique_ptr<RunCgroup>> make(uint64_t id, const Limits& limits);
  /// Ends processes that dead servers left running, and removes their groups. It is not an error if there are no groups
  /// at all.
  void remove_leftovers();

 private:
  friend class RunCgroup;

  base::Result<void> prepare(const Limits& limits);
  base::Result<void> check_controllers(const std::filesystem::path& folder, const Limits& limits) const;
  base::Result<void> check_members(const std::filesystem::path& folder) const;
  base::Result<void> move_out(const std::filesystem::path& from, const std::filesystem::path& to) const;
  base::Result<void> pass_on_controllers();
  base::Result<void> set_limits(const std::filesystem::path& folder, const Limits& limits) const;
  void remove(const std::filesystem::path& folder);
  void retry_removals();
  std::string read_or_empty(const std::filesystem::path& file) const;

  const Place place_;
  const std::unique_ptr<CgroupFiles> files_;
  std::mutex mutex_;
  std::filesystem::path home_;  // empty until prepared
  std::vector<std::filesystem::path> unremoved_;
};

// For the guardian, which runs in a separate process.

/// SIGKILL to everything in a group at once.
void kill_cgroup(const std::filesystem::path& group);
/// Whether something in it was killed because the memory was used up.
bool ran_out_of_memory(std::string_view memory_events);
/// Removes the group of a run that has ended; true if the group ran out of memory.
bool leave_cgroup(const std::filesystem::path& group);

}  // namespace gyr::process
