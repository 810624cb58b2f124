#include "plugins/cli/batch_gate.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>

#include "base/id.h"
#include "base/text.h"
#include "model/bind.h"
#include "net/url.h"
#include "plugin_api/render.h"
#include "plugins/core/http/exchange.h"
#include "plugins/script/line_protocol.h"
#include "syntax/json.h"

namespace gyr::plugins::cli {
namespace {

using base::Value;

constexpr std::chrono::minutes default_gate_timeout{5};

/// Puts `value` where the text says `{{ name }}`. The property was rendered before the run, when no host was known.
std::string with_name(std::string_view text, std::string_view name, std::string_view value) {
  std::string out;
  while (true) {
    const size_t open = text.find("{{");
    const size_t close = open == std::string_view::npos ? open : text.find("}}", open);
    if (close == std::string_view::npos) return out + std::string(text);
    out += text.substr(0, open);
    if (base::trim(text.substr(open + 2, close - open - 2)) == name) {
      out += value;
    } else {
      out += text.substr(open, close + 2 - open);
    }
    text.remove_prefix(close + 2);
  }
}

}  // namespace

const model::Schema& BatchGate::schema() {
  static const model::Schema schema =
      model::describe<BatchGate>("io.kestra.plugin.ansible.cli.AnsibleCLI$BatchGate")
          .property("uri", &BatchGate::uri,
                    {.title = "URL to request for the hosts of the batch that has ended",
                     .documentation = "`{{ host }}` is the name of the host; with `perHost: false`, `{{ hosts }}` is a "
                                      "list of names with commas. Write them between `{% raw %}` and `{% endraw %}`.",
                     .required = true})
          .property("method", &BatchGate::method, {.title = "HTTP method", .default_value = Value::string("GET")})
          .property("expectedStatus", &BatchGate::expected_status,
                    {.title = "Status that lets the next batch begin", .default_value = Value::narrow_integer(200)})
          .property("retry", &BatchGate::retry, {.title = "How often and when a probe is repeated"})
          .property("timeout", &BatchGate::timeout,
                    {.title = "Maximum time for the probes of one batch", .default_value = Value::string("PT5M")})
          .property("perHost", &BatchGate::per_host,
                    {.title = "Whether each host has its own probe", .default_value = Value::boolean(true)})
          .property("options", &BatchGate::options, {.title = "Options of the HTTP client"})
          .build();
  return schema;
}

GateKeeper::GateKeeper(plugin::RunContext& context, const BatchGate& gate)
    : context_(context),
      gate_(gate),
      key_(fmt::format("{:016x}{:016x}", base::secure_random(), base::secure_random())),
      probes_(context.loop()) {}

GateKeeper::~GateKeeper() {
  if (pipe_ >= 0) ::close(pipe_);
}

base::Result<void> GateKeeper::open(std::filesystem::path pipe) {
  ::unlink(pipe.c_str());  // of an attempt before, in a directory that several tasks share
  // Open for both directions, so that neither side waits for the other to open it.
  if (::mkfifo(pipe.c_str(), 0600) == 0) pipe_ = ::open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (pipe_ >= 0) return {};
  return base::fail(gate_refused, fmt::format("cannot create the pipe `{}`: {}", pipe.string(), std::strerror(errno)));
}

bool GateKeeper::take_line(std::string_view line) {
  auto json = script::protocol_text(line);
  if (!json || !json->starts_with("{\"gate\"")) return false;
  auto question = syntax::parse_json(*json);
  const Value* gate = question ? question->find("gate") : nullptr;
  if (gate == nullptr || !gate->is_map()) return false;
  const Value* key = gate->find("key");
  const Value* batch = gate->find("batch");
  const Value* named = gate->find("hosts");
  if (key == nullptr || !key->is_string() || key->text() != key_) return false;
  if (batch == nullptr || !batch->is_integer() || named == nullptr || !named->is_list() || named->size() == 0)
    return false;
  std::vector<std::string> hosts;
  for (const Value& host : named->items()) {
    if (!host.is_string()) return false;
    hosts.emplace_back(host.text());
  }
  probes_.spawn(judge(batch->as_integer(), std::move(hosts)));
  return true;
}

base::Task<void> GateKeeper::judge(int64_t batch, std::vector<std::string> hosts) {
  auto passed = co_await probe_all(hosts);
  base::ListBuilder names;
  for (const std::string& host : hosts) names.push(Value::string(host));
  base::MapBuilder row;
  row.set("n", Value::fitting_integer(batch));
  row.set("hosts", names.build());
  row.set("gate", Value::string(passed ? "passed" : "failed"));
  if (!passed) {
    refusal_ = fmt::format("batch {} did not pass its gate: {}", batch, passed.error().message());
    row.set("detail", Value::string(passed.error().message()));
  }
  batches_.push(row.build());
  context_.log(passed ? model::LogLevel::info : model::LogLevel::error,
               passed ? fmt::format("batch {} passed its gate", batch) : refusal_);
  answer(passed.has_value());
}

base::Task<base::Result<void>> GateKeeper::probe_all(std::vector<std::string> hosts) {
  GYR_CO_TRY(auto per_host, co_await context_.render(gate_.per_host));
  GYR_CO_TRY(auto length, co_await context_.render(gate_.timeout));
  std::vector<std::string> names;
  // One segment of a path, or one value of a query: the names come from inventories.
  for (const std::string& host : hosts) names.push_back(net::percent_encode(host));
  const std::string all = fmt::format("{}", fmt::join(names, ","));
  GYR_CO_TRY(auto written, co_await context_.render(gate_.uri, Value::map({{"host", Value::string("{{ host }}")},
                                                                           {"hosts", Value::string("{{ hosts }}")}})));
  const std::string uri = written.value_or(std::string());
  // The limit of all probes, as a cancellation.
  base::CancelSource stop;
  auto forward = context_.cancel_token().on_cancel([stop]() mutable { stop.cancel(); });
  auto forward_close = probes_.token().on_cancel([stop]() mutable { stop.cancel(); });
  const auto limit = length ? std::chrono::nanoseconds(length->to_nanos()) : default_gate_timeout;
  base::Loop& loop = context_.loop();
  bool late = false;
  const auto timer = loop.start_timer(loop.now() + limit, [&late, stop]() mutable {
    late = true;
    stop.cancel();
  });
  base::Result<void> result;
  if (per_host.value_or(true)) {
    for (size_t i = 0; i < hosts.size() && result; ++i) {
      result = co_await probe(hosts[i], with_name(uri, "host", names[i]), stop.token());
    }
  } else {
    result = co_await probe(fmt::format("{}", fmt::join(hosts, ", ")), with_name(uri, "hosts", all), stop.token());
  }
  loop.cancel_timer(timer);
  if (late) co_return base::fail(gate_refused, "the probes took longer than `timeout`");
  co_return result;
}

base::Task<base::Result<void>> GateKeeper::probe(std::string subject, std::string url, base::CancelToken cancel) {
  GYR_CO_TRY(auto method, co_await context_.render(gate_.method));
  GYR_CO_TRY(auto expected, co_await context_.render(gate_.expected_status));
  const base::Instant first = context_.now();
  std::random_device random;
  for (int32_t attempt = 1;; ++attempt) {
    GYR_CO_TRY(auto prepared, co_await core::prepare_options(context_, gate_.options));
    GYR_CO_TRY(prepared.address, core::build_address(url, Value()));
    prepared.request.url = prepared.address.uri;
    prepared.request.method = method.value_or("GET");
    auto response = co_await context_.http()->send(std::move(prepared.request), cancel);
    if (response && response->status == expected.value_or(200)) co_return base::Result<void>();
    const std::string why = response ? fmt::format("status {}", response->status) : response.error().message();
    context_.log(model::LogLevel::debug, fmt::format("probe {} of {}: {}", attempt, subject, why));
    std::optional<base::Instant> next;
    if (gate_.retry && !cancel.cancelled()) {
      next = gate_.retry->next_date(attempt, first, context_.now(), (uint64_t{random()} << 32) | random());
    }
    const auto pause =
        next ? std::chrono::nanoseconds((*next - context_.now()).to_nanos()) : std::chrono::nanoseconds(0);
    if (!next || !co_await base::sleep_for(context_.loop(), pause, cancel)) {
      co_return base::fail(gate_refused, fmt::format("{}: {}", subject, why));
    }
  }
}

void GateKeeper::answer(bool pass) {
  const std::string_view text = pass ? "pass\n" : "stop\n";
  if (::write(pipe_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    // The pipe is empty before each answer, so it has room.
    context_.log(model::LogLevel::error, fmt::format("cannot answer the gate: {}", std::strerror(errno)));
  }
}

base::Task<void> GateKeeper::close() {
  probes_.cancel();
  co_await probes_.join();
}

}  // namespace gyr::plugins::cli
