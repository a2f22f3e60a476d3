/** The booker before it is known what can be booked: a picture of it, in its size. */
export const Waiting = () => (
  <div className="booker waiting" aria-busy="true">
    <div className="about">
      <div className="bone" />
      <div className="bone" />
    </div>
    <div className="calendar">
      <div className="bone" />
    </div>
    <div className="slots">
      <div className="bone" />
    </div>
  </div>
)
