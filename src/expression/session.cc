#include "expression/session.h"

#include <algorithm>

namespace gyr::expression {

// ---------------------------------------------------------------------------------------------- variables

void Scopes::pop() {
  variables_.resize(frames_.back().begin);
  frames_.pop_back();
}

void Scopes::define(const base::Value& name, Operand value) {
  size_t begin = frames_.empty() ? 0 : frames_.back().begin;
  for (size_t i = begin; i < variables_.size(); ++i) {
    if (variables_[i].name.text() == name.text()) {
      variables_[i].value = std::move(value);
      return;
    }
  }
  variables_.push_back({name, std::move(value)});
}

void Scopes::assign(const base::Value& name, Operand value) {
  size_t frame = frames_.size();
  for (size_t i = variables_.size(); i-- > 0;) {
    // Leaving a scope that assignments do not reach through: the variable belongs into the innermost one.
    while (frame > 0 && i < frames_[frame - 1].begin) {
      if (frames_[frame - 1].kind != Kind::open) return define(name, std::move(value));
      --frame;
    }
    if (variables_[i].name.text() == name.text()) {
      variables_[i].value = std::move(value);
      return;
    }
  }
  define(name, std::move(value));
}

std::span<const Scopes::Variable> Scopes::visible(Mark mark) const {
  size_t begin = 0;
  for (size_t frame = std::min(mark.frames, frames_.size()); frame-- > 0;) {
    if (frames_[frame].kind != Kind::macro) continue;
    begin = frames_[frame].begin;
    break;
  }
  size_t end = std::min(mark.variables, variables_.size());
  return std::span(variables_).subspan(std::min(begin, end), end - std::min(begin, end));
}

const Operand* Scopes::find(std::string_view name, Mark mark, bool& roots_hidden) const {
  size_t frame = std::min(mark.frames, frames_.size());
  for (size_t i = std::min(mark.variables, variables_.size()); i-- > 0;) {
    for (; frame > 0 && i < frames_[frame - 1].begin; --frame) {
      if (frames_[frame - 1].kind != Kind::macro) continue;
      roots_hidden = true;
      return nullptr;
    }
    if (variables_[i].name.text() == name) return &variables_[i].value;
  }
  for (; frame > 0; --frame) roots_hidden |= frames_[frame - 1].kind == Kind::macro;
  return nullptr;
}

// ---------------------------------------------------------------------------------------------- session

Outcome Session::failure() && {
  if (needs) return Outcome(std::move(*needs));
  return Outcome(std::move(*error));
}

const base::Result<base::Value>* Session::answer(const HostCall& call) {
  const auto& answers = environment.answers;
  size_t ordinal = host_calls_++;
  used_answers_.resize(answers.size());
  auto fits = [&](size_t i) { return !used_answers_[i] && answers[i].call == call; };
  size_t found = answers.size();
  if (ordinal < answers.size() && fits(ordinal)) {
    found = ordinal;
  } else {
    for (size_t i = 0; i < answers.size() && found == answers.size(); ++i) {
      if (fits(i)) found = i;
    }
  }
  if (found == answers.size()) return nullptr;
  used_answers_[found] = true;
  return &answers[found].result;
}

uint64_t Session::random() {
  if (!random_started_) {
    random_state_ = environment.random_seed;
    random_started_ = true;
  }
  // splitmix64: each step of the counter gives a well mixed word.
  random_state_ += 0x9E37'79B9'7F4A'7C15ULL;
  uint64_t word = random_state_;
  word = (word ^ (word >> 30)) * 0xBF58'476D'1CE4'E5B9ULL;
  word = (word ^ (word >> 27)) * 0x94D0'49BB'1331'11EBULL;
  return word ^ (word >> 31);
}

}  // namespace gyr::expression
