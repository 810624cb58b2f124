#include "sync_probe.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/clock.h"
#include "codes.h"
#include "pool.h"

namespace gyr::load {

namespace {

constexpr size_t write_bytes = 4096;  // a page of a database's log
constexpr int max_writes = 1000;
constexpr auto max_time = std::chrono::seconds(5);  // hard disks take 10 ms a write

base::Result<void> write_durably(int file, off_t offset, const std::array<char, write_bytes>& bytes, Histogram& times) {
  const auto before = base::monotonic_now();
  if (pwrite(file, bytes.data(), bytes.size(), offset) != static_cast<ssize_t>(bytes.size()) || fdatasync(file) != 0) {
    return base::fail(system_failed, fmt::format("the probe's file cannot be written: {}", std::strerror(errno)));
  }
  times.add((base::monotonic_now() - before).count());
  return {};
}

}  // namespace

base::Result<SyncReport> probe_sync(const std::string& folder) {
  std::string name = folder + "/sync-probe-XXXXXX";
  const Descriptor file(mkostemp(name.data(), O_CLOEXEC));
  if (file.get() < 0) return base::fail(system_failed, fmt::format("{}: {}", name, std::strerror(errno)));
  unlink(name.c_str());  // it lives as long as it is open

  std::array<char, write_bytes> bytes;
  bytes.fill('x');
  SyncReport report;
  const auto start = base::monotonic_now();
  off_t size = 0;
  for (int i = 0; i < max_writes && base::monotonic_now() - start < max_time; ++i) {
    GYR_CHECK(write_durably(file.get(), size, bytes, report.append));
    size += static_cast<off_t>(bytes.size());
  }
  const auto middle = base::monotonic_now();
  for (off_t offset = 0; offset < size && base::monotonic_now() - middle < max_time;
       offset += static_cast<off_t>(bytes.size())) {
    GYR_CHECK(write_durably(file.get(), offset, bytes, report.overwrite));
  }
  return report;
}

}  // namespace gyr::load
