#include "host/host_render.h"

namespace gyr::executor {
namespace {

constexpr size_t max_answers = 10'000;

/// One evaluation in progress; keeps itself alive with its callbacks.
class Evaluation : public std::enable_shared_from_this<Evaluation> {
 public:
  Evaluation(HostService& host, HostScope scope, Evaluate evaluate, base::Instant now, RenderDone done)
      : host_(host), scope_(std::move(scope)), evaluate_(std::move(evaluate)), done_(std::move(done)) {
    environment_.now = now;
    environment_.random_seed = base::secure_random();
  }

  void go_on() {
    auto outcome = evaluate_(environment_);
    if (outcome.ok()) return done_(std::move(outcome.value()));
    if (outcome.failed()) return done_(base::fail(outcome.error()));
    expression::HostCall call = outcome.needs().call;
    if (call.function.empty() || environment_.answers.size() >= max_answers) {
      return done_(
          base::fail(expression::limit_exceeded,
                     "the expression needs too many requests to the server, or one that is not available here"));
    }
    host_.call(scope_, call, [self = shared_from_this(), call](base::Result<base::Value> answer) mutable {
      self->environment_.answers.push_back({std::move(call), std::move(answer)});
      self->go_on();
    });
  }

 private:
  HostService& host_;
  HostScope scope_;
  Evaluate evaluate_;
  RenderDone done_;
  expression::Environment environment_;
};

}  // namespace

void evaluate_with_host(HostService& host, HostScope scope, Evaluate evaluate, base::Instant now, RenderDone done) {
  std::make_shared<Evaluation>(host, std::move(scope), std::move(evaluate), now, std::move(done))->go_on();
}

void render_with_host(HostService& host, HostScope scope, std::shared_ptr<const expression::ValueTemplate> source,
                      base::Value roots, bool typed, base::Instant now, RenderDone done) {
  if (source->is_constant()) return done(source->source());
  auto render = [source = std::move(source), context = expression::ValueContext(std::move(roots)),
                 typed](const expression::Environment& environment) {
    return typed ? source->render_typed(context, environment) : source->render(context, environment);
  };
  evaluate_with_host(host, std::move(scope), std::move(render), now, std::move(done));
}

}  // namespace gyr::executor
