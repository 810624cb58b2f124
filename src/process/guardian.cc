#include "process/guardian.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "process/tree_keeper.h"

namespace gyr::process {
namespace {

class Guardian final : private TreeKeeper {
 public:
  Guardian(int socket, int helper_pid) : TreeKeeper(socket, helper_pid) {}

  [[noreturn]] void run(uint64_t id, std::string_view body, std::vector<UniqueFd> fds) {
    become_guardian("task-guard");
    begin(id, {});
    auto request = read_request(body, fds);
    if (!request) {
      report(MessageType::failed, EPROTO, static_cast<uint8_t>(Stage::request));
      ::_exit(0);
    }
    begin(id, std::chrono::milliseconds(request->kill_grace_ms));
    if (!start(*request, fds[0].get(), fds[1].get())) ::_exit(0);
    fds.clear();
    watch();
    report_gone();
    ::_exit(0);
  }

 private:
  static base::Result<StartRequest> read_request(std::string_view body, const std::vector<UniqueFd>& fds) {
    if (fds.size() == 2) return decode_start_body(body);
    struct stat info{};
    if (fds.size() != 3 || ::fstat(fds[2].get(), &info) != 0 || info.st_size <= 0 ||
        static_cast<size_t>(info.st_size) > max_body) {
      return decode_start_body({});
    }
    std::string text(static_cast<size_t>(info.st_size), '\0');
    ssize_t count = ::pread(fds[2].get(), text.data(), text.size(), 0);
    return decode_start_body(std::string_view(text).substr(0, count < 0 ? 0 : static_cast<size_t>(count)));
  }

  int wait_for_signal(std::chrono::nanoseconds limit) override {
    timespec time{static_cast<time_t>(limit.count() / 1'000'000'000), static_cast<long>(limit.count() % 1'000'000'000)};
    int signal = ::sigtimedwait(&signals(), nullptr, &time);
    return signal < 0 ? 0 : signal;
  }
};

}  // namespace

void run_guardian(int socket, int helper_pid, uint64_t id, std::string_view body, std::vector<UniqueFd> fds) {
  Guardian(socket, helper_pid).run(id, body, std::move(fds));
}

}  // namespace gyr::process
