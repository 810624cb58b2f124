// The counting rules against the definition of TASK-21 to TASK-23 taken literally over lists of states.
#include "engine/rules.h"

#include <gtest/gtest.h>

#include <random>

namespace gyr::engine {
namespace {

using model::State;

/// Runs of the three lists as states; lists shorter than their total have runs still to come.
struct Lists {
  std::vector<State> runs[3];
  size_t total[3] = {};
};

bool has_failed(const std::vector<State>& runs) {
  return std::find(runs.begin(), runs.end(), State::failed) != runs.end();
}

bool all_terminated(const Lists& lists, int which) {
  return lists.runs[which].size() == lists.total[which] &&
         std::all_of(lists.runs[which].begin(), lists.runs[which].end(),
                     [](State s) { return model::is_terminated(s); });
}

/// TASK-21, word by word.
Branch naive_branch(const Lists& lists, State target) {
  bool e = lists.total[1] > 0;
  bool f = lists.total[2] > 0;
  if (!lists.runs[2].empty()) return Branch::finally_;
  if (target == State::failed && lists.runs[1].empty())
    return e ? Branch::errors : (f ? Branch::finally_ : Branch::nothing);
  bool failed = has_failed(lists.runs[0]);
  if (!lists.runs[1].empty() || failed) {
    if (!failed && target != State::failed) return Branch::nothing;
    if (e && !all_terminated(lists, 1)) return Branch::errors;
    if (!f) return e ? Branch::errors : Branch::nothing;
  }
  if (f && (all_terminated(lists, 0) || failed || target == State::failed)) return Branch::finally_;
  return Branch::tasks;
}

Frame counted(const Lists& lists) {
  Frame frame;
  for (int i = 0; i < 3; ++i) {
    frame.total[static_cast<size_t>(i)] = lists.total[i];
    for (State state : lists.runs[i]) frame.progress[static_cast<size_t>(i)].change(std::nullopt, state);
  }
  return frame;
}

TEST(Rules, ActiveListAgreesWithItsDefinition) {  // TASK-21
  std::mt19937 random(7);
  constexpr State states[] = {State::created, State::running,  State::success, State::failed, State::warning,
                              State::skipped, State::retrying, State::killed,  State::paused};
  for (int round = 0; round < 200'000; ++round) {
    Lists lists;
    for (int i = 0; i < 3; ++i) {
      lists.total[i] = random() % 4;
      size_t count = lists.total[i] == 0 ? 0 : random() % (lists.total[i] + 1);
      for (size_t j = 0; j < count; ++j) lists.runs[i].push_back(states[random() % std::size(states)]);
    }
    State target = random() % 5 == 0 ? State::failed : State::success;
    ASSERT_EQ(active_branch(counted(lists), target), naive_branch(lists, target)) << "round " << round;
  }
}

TEST(Rules, ProgressFollowsEveryChange) {  // TASK-20
  std::mt19937 random(11);
  ListProgress progress;
  std::vector<State> runs;
  for (int round = 0; round < 20'000; ++round) {
    auto state = static_cast<State>(random() % model::state_count);
    if (runs.empty() || random() % 10 == 0) {
      progress.change(std::nullopt, state);
      runs.push_back(state);
    } else if (random() % 10 == 0) {
      size_t at = random() % runs.size();
      progress.remove(runs[at]);
      runs.erase(runs.begin() + static_cast<ptrdiff_t>(at));
    } else {
      size_t at = random() % runs.size();
      progress.change(runs[at], state);
      runs[at] = state;
    }
    ListProgress fresh;
    for (State each : runs) fresh.change(std::nullopt, each);
    ASSERT_EQ(progress, fresh);
  }
}

TEST(Rules, GuessTakesTheWorst) {  // TASK-23
  auto guess = [](std::initializer_list<State> runs, bool allow_failure = false, bool allow_warning = false) {
    ListProgress progress;
    for (State state : runs) progress.change(std::nullopt, state);
    return guess_state(progress, State::success, allow_failure, allow_warning);
  };
  EXPECT_EQ(guess({State::success, State::skipped, State::cancelled}), State::success);
  EXPECT_EQ(guess({State::warning, State::failed}), State::failed);
  EXPECT_EQ(guess({State::killed, State::failed}), State::killed);
  EXPECT_EQ(guess({State::warning}), State::warning);
  EXPECT_EQ(guess({State::warning}, false, true), State::success);
  EXPECT_EQ(guess({State::failed}, true), State::warning);
  EXPECT_EQ(guess({State::failed}, true, true), State::success);
}

}  // namespace
}  // namespace gyr::engine
