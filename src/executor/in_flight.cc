#include "executor/in_flight.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "base/assert.h"
#include "store/store.h"

namespace gyr::executor {
namespace {

constexpr uint64_t magic = 0x6779722D666C7431ULL;
struct alignas(64) Place {  // one cache line each, so that threads do not share lines
  std::atomic<uint64_t> high;
  std::atomic<uint64_t> low;
};

// Read by the signal handler.
std::atomic<std::atomic<uint64_t>*> crash_mark{nullptr};

void note_crash(int signal) {
  if (auto* mark = crash_mark.load(std::memory_order_relaxed)) mark->store(1, std::memory_order_relaxed);
  struct sigaction by_default = {};
  by_default.sa_handler = SIG_DFL;
  sigaction(signal, &by_default, nullptr);
  raise(signal);
}

}  // namespace

struct InFlight::Mapped {
  uint64_t magic;
  std::atomic<uint64_t> crashed;
  Place places[max_threads];
};

base::Result<std::unique_ptr<InFlight>> InFlight::open(const std::string& file, size_t threads) {
  GYR_ASSERT(threads <= max_threads);
  int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  auto failed = [&file] {
    return base::fail(store::store_failed, "cannot use `" + file + "`: " + std::strerror(errno));
  };
  if (fd < 0) return failed();
  if (ftruncate(fd, sizeof(Mapped)) != 0) {
    auto error = failed();
    close(fd);
    return error;
  }
  void* memory = mmap(nullptr, sizeof(Mapped), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (memory == MAP_FAILED) return failed();
  auto in_flight = std::make_unique<InFlight>(Token{});
  in_flight->mapped_ = static_cast<Mapped*>(memory);
  in_flight->bytes_ = sizeof(Mapped);
  Mapped& mapped = *in_flight->mapped_;
  if (mapped.magic == magic && mapped.crashed.load() != 0) {
    for (const Place& place : mapped.places) {
      base::Id id{place.high.load(), place.low.load()};
      if (id) in_flight->suspects_.push_back(id);
    }
  }
  mapped.magic = magic;
  mapped.crashed.store(0);
  for (Place& place : mapped.places) {
    place.high.store(0);
    place.low.store(0);
  }
  return in_flight;
}

InFlight::~InFlight() {
  if (mapped_ == nullptr) return;
  if (crash_mark.load() == &mapped_->crashed) crash_mark.store(nullptr);
  munmap(mapped_, bytes_);
}

void InFlight::set(size_t place, base::Id execution) {
  mapped_->places[place].high.store(execution.high, std::memory_order_relaxed);
  mapped_->places[place].low.store(execution.low, std::memory_order_relaxed);
}

void InFlight::watch_signals() {
  crash_mark.store(&mapped_->crashed);
  struct sigaction action = {};
  action.sa_handler = note_crash;
  action.sa_flags = SA_NODEFER;
  for (int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) sigaction(signal, &action, nullptr);
}

}  // namespace gyr::executor
