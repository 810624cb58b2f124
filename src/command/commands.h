// What the rest of the server asks of the flows and executions: the interface that web, host calls, the starter and the
// command line use. The executor implements it.
#pragma once

#include <concepts>
#include <utility>
#include <variant>

#include "base/error.h"
#include "command/command.h"

namespace gyr::executor {

/// Accepts commands. Thread-safe; never blocks.
class Commands {
 public:
  virtual ~Commands() = default;

  /// `reply` runs exactly once, on a thread of the executor, after the commit. If the command is refused (overloaded,
  /// full disk, shutting down), it runs immediately on this thread.
  template <OneCommand C, std::invocable<base::Result<typename C::Answer>> F>
  void submit(C command, F reply) {
    give(std::move(command), [reply = std::move(reply)](base::Result<Answer> answer) mutable {
      if (!answer) return reply(base::Result<typename C::Answer>(base::fail(answer.error())));
      reply(base::Result<typename C::Answer>(std::get<typename C::Answer>(*std::move(answer))));
    });
  }
  /// The same for a command of any kind, such as one of a bulk request.
  void submit(Command command, Reply reply) { give(std::move(command), std::move(reply)); }

 private:
  virtual void give(Command command, Reply reply) = 0;
};

}  // namespace gyr::executor
