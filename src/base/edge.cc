#include "base/edge.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <vector>

#include "base/log.h"

namespace gyr::base {
namespace {

constexpr std::array<std::string_view, edge_count> names = {
    "turn", "callback", "coroutine", "request", "pool", "attempt", "reader", "writer", "log_filer", "client", "poller"};

std::array<std::atomic<uint64_t>, edge_count> counts{};

/// Made beforehand: where memory is short an error cannot be made.
const Error& out_of_memory() {
  static const Error error(unexpected_exception, "out of memory");
  return error;
}
[[maybe_unused]] const Error& made_at_start = out_of_memory();

Error error_of_current_exception() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const std::exception& exception) {
    return Error(unexpected_exception, exception.what());
  } catch (...) {
    return Error(unexpected_exception, "an exception of an unknown type");
  }
}

struct Planned {
  Edge edge = Edge::turn;
  std::string subject;
  std::atomic<int64_t> left{0};
  bool bad_alloc = false;
};

std::vector<std::unique_ptr<Planned>>& plan_of_process() {
  static std::vector<std::unique_ptr<Planned>> plan;
  return plan;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string_view to_text(Edge edge) { return names[static_cast<size_t>(edge)]; }

Error caught_at(Edge edge, std::string_view doing) noexcept {
  counts[static_cast<size_t>(edge)].fetch_add(1, std::memory_order_relaxed);
  try {
    Error error = error_of_current_exception();
    log::error("{} ended with an unexpected exception at the edge `{}`: {} [{}]", doing, to_text(edge), error.message(),
               unexpected_exception.text);
    return error;
  } catch (...) {
    return out_of_memory();  // making or logging the error has failed
  }
}

uint64_t caught_count(Edge edge) { return counts[static_cast<size_t>(edge)].load(std::memory_order_relaxed); }

namespace {
thread_local const Error* error_of_failed_job = nullptr;
}  // namespace

FailedJob::FailedJob(Error error) : error_(std::move(error)), before_(std::exchange(error_of_failed_job, &error_)) {}
FailedJob::~FailedJob() { error_of_failed_job = before_; }
const Error* FailedJob::current() { return error_of_failed_job; }

namespace detail {

bool exceptions_planned = false;

void throw_if_planned(Edge edge, std::string_view subject) {
  for (const auto& planned : plan_of_process()) {
    if (planned->edge != edge || planned->subject != subject) continue;
    if (planned->left.fetch_sub(1, std::memory_order_relaxed) <= 0) {
      planned->left.store(0, std::memory_order_relaxed);
      continue;
    }
    if (planned->bad_alloc) throw std::bad_alloc();
    throw std::runtime_error("thrown on purpose");
  }
}

}  // namespace detail

Result<void> plan_exceptions(std::string_view plan) {
  constexpr int64_t max_count = 1'000'000;
  for (const std::string_view entry : split(plan, ',')) {
    const auto parts = split(entry, ':');
    auto planned = std::make_unique<Planned>();
    int64_t count = 0;
    bool known = parts.size() == 3 || (parts.size() == 4 && parts[3] == "bad_alloc");
    if (known) {
      const auto* const name = std::ranges::find(names, parts[0]);
      const char* const end = parts[2].data() + parts[2].size();
      const auto [at, error] = std::from_chars(parts[2].data(), end, count);
      known = name != names.end() && error == std::errc() && at == end && count > 0 && count <= max_count;
      if (known) planned->edge = static_cast<Edge>(name - names.begin());
    }
    if (!known) {
      return fail(Error(unexpected_exception, "GYR_TEST_THROW: `" + std::string(entry) + "` is not EDGE:SUBJECT:COUNT")
                      .with_hint("this variable is for tests of the server: unset it"));
    }
    planned->subject = parts[1];
    planned->bad_alloc = parts.size() == 4;
    planned->left.store(count, std::memory_order_relaxed);
    plan_of_process().push_back(std::move(planned));
  }
  detail::exceptions_planned = true;
  return {};
}

}  // namespace gyr::base
