#include "plugins/runner/docker/image_pull.h"

#include "base/text.h"
#include "net/url.h"
#include "plugins/script/line_splitter.h"
#include "syntax/json.h"

namespace gyr::plugins::runner {
namespace {

using base::Value;

/// How one try ended.
struct Try {
  base::Result<void> result;
  bool again = false;  ///< the engine's own failure
};

base::Error failed(const ContainerPlan& plan, std::string_view reason) {
  return base::Error(pull_failed, fmt::format("cannot pull the image `{}`: {}", plan.image_text, reason))
      .with_hint(
          "check the image name, the credentials of the registry, and that the container engine can reach the "
          "registry");
}

/// The progress of a pull is a line of JSON each; the last one may be an error.
base::Task<Try> read_progress(plugin::RunContext& context, const ContainerPlan& plan, net::StreamedResponse answer) {
  std::string problem;
  script::LineSplitter lines([&](std::string_view line) {
    auto parsed = syntax::parse_json(line);
    if (!parsed || !parsed->is_map()) return;
    if (const Value* error = parsed->find("error"); error != nullptr && error->is_string())
      problem = std::string(error->text());
    const Value* status = parsed->find("status");
    const bool counts = parsed->find("progressDetail") != nullptr;
    if (status != nullptr && status->is_string() && !counts)
      context.log(model::LogLevel::trace, base::repair_utf8(status->text()));
  });
  for (;;) {
    auto piece = co_await answer.body->next();
    if (!piece) {
      const bool again = piece.error().code() != net::request_cancelled;
      co_return Try{base::fail(failed(plan, piece.error().message())), again};
    }
    if (piece->empty()) break;
    lines.feed(*piece);
    co_await context.log_room();
  }
  lines.finish();
  if (!problem.empty()) co_return Try{base::fail(failed(plan, problem)), false};
  co_return Try{};
}

base::Task<Try> pull_once(plugin::RunContext& context, DockerEngine& engine, const ContainerPlan& plan) {
  // By repository and tag apart: Podman understands nothing else.
  std::string target = fmt::format("/images/create?fromImage={}&tag={}", net::percent_encode(plan.image.repository),
                                   net::percent_encode(plan.image.tag));
  auto answer = co_await engine.open("POST", target, plan.registry_header, context.cancel_token());
  if (!answer) co_return Try{base::fail(answer.error()), answer.error().code() == engine_unreachable};
  if (answer->status == 200) co_return co_await read_progress(context, plan, std::move(*answer));
  const bool again = answer->status >= 500;
  base::Error refused = co_await engine.refusal("POST", target, std::move(*answer));
  co_return Try{base::fail(failed(plan, refused.message())), again};
}

base::Task<base::Result<void>> pull(plugin::RunContext& context, DockerEngine& engine, const ContainerPlan& plan,
                                    PullRetry retry) {
  auto pause = retry.first_pause;
  for (int attempt = 1;; ++attempt) {
    Try tried = co_await pull_once(context, engine, plan);
    if (tried.result) {
      context.log(model::LogLevel::debug, fmt::format("Image pulled [{}:{}]", plan.image.repository, plan.image.tag));
      co_return base::Result<void>();
    }
    if (context.cancel_token().cancelled())
      co_return base::fail(plugin::task_cancelled, "the task was cancelled while its image was pulled");
    if (!tried.again || attempt >= retry.attempts) co_return tried.result;
    context.log(model::LogLevel::warn,
                fmt::format("{} (try {} of {}, the next in {:g} s)", tried.result.error().message(), attempt,
                            retry.attempts, static_cast<double>(pause.count()) / 1000.0));
    (void)co_await base::sleep_for(context.loop(), pause, context.cancel_token());
    pause = std::min(pause * 2, retry.max_pause);
  }
}

}  // namespace

base::Task<base::Result<void>> provide_image(plugin::RunContext& context, DockerEngine& engine,
                                             const ContainerPlan& plan, PullRetry retry) {
  if (plan.pull == PullPolicy::never) co_return base::Result<void>();
  if (plan.pull == PullPolicy::if_not_present) {
    GYR_CO_TRY(EngineAnswer known,
               co_await engine.ask("GET", fmt::format("/images/{}/json", net::percent_encode_path(plan.image_text)), {},
                                   context.cancel_token()));
    if (known.ok()) co_return base::Result<void>();
  }
  co_return co_await pull(context, engine, plan, retry);
}

}  // namespace gyr::plugins::runner
