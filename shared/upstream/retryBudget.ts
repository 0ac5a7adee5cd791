// The retry budget: retries are paid for by successes, so that an ACS in trouble is not drowned in them.
//
// A token bucket shared by all removals of the instance, as the retry quota of the AWS SDKs is
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).

/** Retries that can be had without a success in between. */
const CAPACITY = 100;
/** What a success pays in. A third of all answers being faults takes half a retry for each success. */
const INCOME = 0.6;

export class RetryBudget {
  #balance = CAPACITY;

  /** Takes the price of a retry; false where the budget has not that much. */
  spend(): boolean {
    if (this.#balance < 1) return false;
    this.#balance -= 1;
    return true;
  }

  earn(): void {
    this.#balance = Math.min(CAPACITY, this.#balance + INCOME);
  }
}
