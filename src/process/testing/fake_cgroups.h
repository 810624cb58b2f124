// Control groups in a temporary folder, with the rules of the kernel that matter here.
#pragma once

#include <fstream>
#include <set>

#include "process/cgroup.h"

namespace gyr::process::testing {

/// Ordinary files with the rules of the kernel: a process is a member of only one group, a group with members cannot
/// enable controllers, and only a group without members and child groups can be removed.
class FakeCgroups final : public CgroupFiles {
 public:
  explicit FakeCgroups(std::string controllers) : controllers_(std::move(controllers)) {}

  /// Creates a group like the kernel, with the files of its controllers.
  void fill(const std::filesystem::path& group, const std::string& controllers) {
    std::filesystem::create_directories(group);
    put(group / "cgroup.type", "domain\n");
    put(group / "cgroup.controllers", controllers + "\n");
    put(group / "cgroup.subtree_control", "");
    put(group / "cgroup.procs", "");
    put(group / "cgroup.kill", "");
    if (controllers.find("memory") != std::string::npos) {
      for (const char* file : {"memory.max", "memory.swap.max", "memory.oom.group"}) put(group / file, "");
      put(group / "memory.events", "oom 0\noom_kill 0\n");
    }
    if (controllers.find("cpu") != std::string::npos) put(group / "cpu.max", "");
    if (controllers.find("pids") != std::string::npos) put(group / "pids.max", "");
  }

  int write(const std::filesystem::path& file, std::string_view text) override {
    if (refused.contains(file.filename().string())) return EACCES;
    if (file.filename() == "cgroup.procs") return move(file, std::string(text));
    if (file.filename() == "cgroup.subtree_control" && !get(file.parent_path() / "cgroup.procs").empty()) return EBUSY;
    if (file.filename() == "cgroup.kill") put(file.parent_path() / "cgroup.procs", "");
    if (!std::filesystem::exists(file)) return ENOENT;
    put(file, std::string(text));
    return 0;
  }

  int make(const std::filesystem::path& group) override {
    if (refuses_folders) return EACCES;
    if (std::filesystem::exists(group)) return EEXIST;
    fill(group, get(group.parent_path() / "cgroup.subtree_control").empty() ? "" : controllers_);
    return 0;
  }

  int remove(const std::filesystem::path& group) override {
    if (!std::filesystem::exists(group)) return ENOENT;
    if (!get(group / "cgroup.procs").empty() || !folders(group).empty()) return EBUSY;
    std::filesystem::remove_all(group);
    return 0;
  }

  static std::string get(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void put(const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text; }

  std::set<std::string> refused;  ///< names of files that may not be written
  bool refuses_folders = false;

 private:
  int move(const std::filesystem::path& to, const std::string& pid) {
    if (!std::filesystem::exists(to)) return ENOENT;
    std::filesystem::path root = to.parent_path();
    while (std::filesystem::exists(root.parent_path() / "cgroup.procs")) root = root.parent_path();
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.path().filename() != "cgroup.procs") continue;
      std::ifstream in(entry.path());
      std::string kept;
      for (std::string line; std::getline(in, line);) {
        if (line != pid) kept += line + "\n";
      }
      put(entry.path(), kept);
    }
    put(to, get(to) + pid + "\n");
    return 0;
  }

  const std::string controllers_;
};

}  // namespace gyr::process::testing
